import path from 'node:path';
import { mkdir, rm } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { FINAL_RUN_STATUSES, type RunStatus } from '#lib/contracts/run-record.ts';
import { workspaceRoot } from '#server/files/workspace-root.ts';
import { userClient, type UserClient } from '#server/supabase/user-client.ts';
import { freePort } from '#server/supervisor/free-port.ts';
import { livePostmaster } from '#server/supervisor/postgres/postmaster.ts';
import { ownerSession } from '#server/supervisor/sign-in-route.ts';
import { readManifest } from '../../staging/manifest.ts';
import { storeFolder } from '../../staging/result-store.ts';
import { stagingFolder } from '../../staging/staging-area.ts';
import { startRunnerProcess, type RunnerProcess } from '../runner-process.ts';
import { countsOf, type CliKills, type KillOutcome, type Undisturbed } from './cli-kills.ts';
import { startDatabase, type Database } from './database.ts';
import { halfWritten, leftovers, Reader, replaceOutputs } from './outputs.ts';
import { writeInputs, type KilledPipeline } from './pipelines.ts';
import { WebProcess } from './web-process.ts';

export type ServerTarget = 'runner' | 'PostgreSQL' | 'web';

/** How long anything may take before it counts as lost; a killed database is back in seconds. */
const PATIENCE_MS = 60_000;
/** No single question takes this long, however busy the machine. */
const SILENCE_MS = 30_000;
/** The session is renewed before an hour is over. */
const SESSION_MS = 1_800_000;

interface Session {
  client: UserClient;
  workspaceId: string;
  accessToken: string;
  atMs: number;
}

/** Kills of the runner process and of the database, with both as they run in the app. */
export class ServerKills {
  readonly #dataDirectory: string;
  readonly #supabase: Database;
  readonly #reader: Reader;
  readonly #calm: CliKills;
  #runner: RunnerProcess;
  /** Null where the app has not been built. */
  #web: WebProcess | null = null;
  #session: Session | null = null;

  private constructor(parts: {
    dataDirectory: string;
    supabase: Database;
    reader: Reader;
    calm: CliKills;
    runner: RunnerProcess;
  }) {
    this.#dataDirectory = parts.dataDirectory;
    this.#supabase = parts.supabase;
    this.#reader = parts.reader;
    this.#calm = parts.calm;
    this.#runner = parts.runner;
  }

  /** `dataDirectory` must be passable for the database's own user. `calm` knows what undisturbed runs give. */
  static async open(dataDirectory: string, calm: CliKills): Promise<ServerKills> {
    await mkdir(dataDirectory, { mode: 0o711, recursive: true });
    const supabase = await startDatabase(dataDirectory);
    const runner = await startRunnerProcess({ dataDirectory, supabase: keysOf(supabase) });
    const opened = new ServerKills({ dataDirectory, supabase, reader: await Reader.open(), calm, runner });
    await writeInputs(workspaceRoot((await opened.#signedIn()).workspaceId, dataDirectory), calm.rows);
    return opened;
  }

  /** Starts the web server, so that it can be killed too. Needs the app to be built. */
  async openWeb(): Promise<void> {
    const { directory, secrets } = this.#supabase;
    const port = await freePort();
    this.#web = new WebProcess({
      directory,
      supabase: keysOf(this.#supabase),
      embedded: true,
      runner: { url: this.#runner.url, token: this.#runner.token, id: secrets.runnerId },
      web: { origin: `http://127.0.0.1:${port}`, host: '127.0.0.1', port },
      dev: false,
    });
    await this.#web.start();
  }

  async close(): Promise<void> {
    await this.#web?.kill();
    await this.#runner.kill();
    await this.#supabase.stop();
  }

  /** Kills the target somewhere in the course of a run, and carries the run on. */
  async kill(target: ServerTarget, pipeline: KilledPipeline, random: () => number): Promise<KillOutcome> {
    const calm = await this.#calm.undisturbed(pipeline);
    const { workspaceId } = await this.#signedIn();
    const root = workspaceRoot(workspaceId, this.#dataDirectory);
    await rm(storeFolder(this.#dataDirectory), { recursive: true, force: true });
    const startsEmpty = random() < 0.3;
    await replaceOutputs(root, startsEmpty ? null : calm.oldFolder);
    const before = startsEmpty
      ? Object.fromEntries(pipeline.outputs.map((output) => [output, 'absent']))
      : calm.old;
    const runId = await (target === 'web' ? this.#requestOverWeb(pipeline) : this.#request(pipeline, null));
    await this.#hasBegun(runId);
    const afterMs = Math.round(random() * calm.durationMs);
    await wait(afterMs);
    const hit = await this.#killNow(target, runId);
    const after = await this.#reader.contents(root, pipeline);
    const besides = await leftovers(path.join(root, 'out'));
    // With the database gone the runner goes on writing: what it has under way is beside its place.
    const troubles = halfWritten(after, { before, expected: calm.expected, besides });
    if (target === 'runner')
      this.#runner = await startRunnerProcess({
        dataDirectory: this.#dataDirectory,
        supabase: keysOf(this.#supabase),
        port: Number(new URL(this.#runner.url).port),
      });
    if (target === 'web') await this.#web?.start();
    const status = await this.#final(runId);
    if (target === 'web' && status !== 'succeeded') troubles.push(`without the web server, it ${status}`);
    const last = status === 'succeeded' ? runId : await this.#request(pipeline, runId);
    const resumed = await this.#final(last);
    if (resumed !== 'succeeded') troubles.push(`carried on, it ${resumed}`);
    troubles.push(...(await this.#faultsOf(root, pipeline, calm)), ...(await this.#countFaults(last, calm)));
    return { target, pipeline: pipeline.name, afterMs, hit, troubles };
  }

  async #killNow(target: ServerTarget, runId: string): Promise<boolean> {
    const manifest = () => readManifest(stagingFolder(this.#dataDirectory, runId));
    if (target === 'runner') {
      await this.#runner.kill();
      return (await manifest())?.status === 'running';
    }
    const isRunning = (await manifest())?.status === 'running';
    if (target === 'web') {
      await this.#web?.kill();
      return isRunning;
    }
    const postmaster = livePostmaster(path.join(this.#dataDirectory, 'postgres'));
    if (!postmaster) return false;
    process.kill(postmaster.process.pid, 'SIGKILL');
    return isRunning;
  }

  async #faultsOf(root: string, pipeline: KilledPipeline, calm: Undisturbed): Promise<string[]> {
    const contents = await this.#reader.contents(root, pipeline);
    const troubles = Object.entries(contents).flatMap(([output, content]) =>
      content === calm.expected[output] ? [] : [`carried on, ${output} is ${content}`],
    );
    const left = await leftovers(path.join(root, 'out'));
    return left.length > 0 ? [...troubles, `left behind: ${left.join(', ')}`] : troubles;
  }

  /** A run's counts in the database. They follow the run itself by a moment. */
  async #countFaults(runId: string, calm: Undisturbed): Promise<string[]> {
    let counts = '';
    const found = await this.#until(async () => {
      const { client } = await this.#signedIn();
      const { data } = await client
        .from('node_runs')
        .select('node_id, rows_out')
        .eq('run_id', runId)
        .throwOnError();
      counts = countsOf(data.map((row) => ({ id: row.node_id, rowsOut: row.rows_out })));
      return counts === calm.counts;
    }, 10_000);
    return found ? [] : [`counts ${counts} instead of ${calm.counts}`];
  }

  /** As a person's browser or script would. */
  async #requestOverWeb(pipeline: KilledPipeline): Promise<string> {
    const { client, workspaceId, accessToken } = await this.#signedIn();
    const id = await this.#pipelineId(client, workspaceId, pipeline);
    const answer = await fetch(new URL(`/api/pipelines/${id}/runs`, this.#web?.origin), {
      method: 'POST',
      headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({ document: pipeline.document }),
    });
    const body = (await answer.json()) as { data?: { id: string } };
    if (!body.data) throw new Error(`no run over the web: ${JSON.stringify(body)}`);
    return body.data.id;
  }

  async #request(pipeline: KilledPipeline, resumedFrom: string | null): Promise<string> {
    let runId = '';
    const asked = await this.#until(async () => {
      const { client, workspaceId } = await this.#signedIn();
      const { data } = await client
        .rpc('request_run', {
          p_pipeline_id: await this.#pipelineId(client, workspaceId, pipeline),
          p_document: pipeline.document as never,
          p_content_hash: 'a'.repeat(64),
          ...(resumedFrom === null ? {} : { p_trigger: 'resume', p_resumed_from: resumedFrom }),
        })
        .throwOnError();
      runId = (data as { run_id?: string }).run_id ?? '';
      return runId !== '';
    });
    if (!asked) throw new Error('no run could be asked for');
    await this.#wake();
    return runId;
  }

  async #pipelineId(
    client: UserClient,
    workspaceId: string,
    { name, document }: KilledPipeline,
  ): Promise<string> {
    const { data: user } = await client.auth.getUser();
    const known = await client.from('pipelines').select('id').eq('name', `killed ${name}`).throwOnError();
    const [first] = known.data;
    if (first) return first.id;
    const made = await client
      .from('pipelines')
      .insert({
        workspace_id: workspaceId,
        name: `killed ${name}`,
        draft: document as never,
        created_by: user.user?.id ?? null,
      } as never)
      .select('id')
      .single()
      .throwOnError();
    return made.data.id;
  }

  async #hasBegun(runId: string): Promise<void> {
    const folder = stagingFolder(this.#dataDirectory, runId);
    const begun = await this.#until(async () => (await readManifest(folder)) !== null, PATIENCE_MS, 5);
    if (!begun) throw new Error(`run ${runId} did not begin: ${this.#runner.said().slice(-2000)}`);
  }

  async #final(runId: string): Promise<RunStatus> {
    let status: RunStatus = 'queued';
    await this.#until(async () => {
      const { client } = await this.#signedIn();
      const { data } = await client.from('runs').select('status').eq('id', runId).single().throwOnError();
      status = data.status;
      if (status === 'queued') await this.#wake();
      return FINAL_RUN_STATUSES.includes(status);
    });
    return status;
  }

  async #wake(): Promise<void> {
    // One that is lost is made up for by the next.
    await this.#runner.client.call('wake', {}).catch(() => undefined);
  }

  /** Asks until it is so; an error counts as no, for the database may be away. To get no answer at all is a fault. */
  async #until(test: () => Promise<boolean>, patienceMs = PATIENCE_MS, everyMs = 50): Promise<boolean> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      const timer = new AbortController();
      const silence = wait(SILENCE_MS, null, { signal: timer.signal }).then(() => {
        throw new Error(`no answer for ${SILENCE_MS} ms: ${this.#runner.said().slice(-2000)}`);
      });
      silence.catch(() => undefined);
      const isSo = await Promise.race([test().catch(() => false), silence]);
      timer.abort();
      if (isSo) return true;
      if (Date.now() > deadline) return false;
      await wait(everyMs);
    }
  }

  async #signedIn(): Promise<Session> {
    if (this.#session && Date.now() - this.#session.atMs < SESSION_MS) return this.#session;
    const keys = keysOf(this.#supabase);
    const session = await ownerSession(keys.url, this.#supabase.secrets);
    if (!session) throw new Error('the owner cannot sign in');
    const client = userClient(keys, session.access_token);
    const { data } = await client.from('workspaces').select('id').limit(1).single().throwOnError();
    this.#session = { client, workspaceId: data.id, accessToken: session.access_token, atMs: Date.now() };
    return this.#session;
  }
}

function keysOf({ url, secrets }: Database): {
  url: string;
  anonKey: string;
  serviceRoleKey: string;
} {
  return { url, anonKey: secrets.anonKey, serviceRoleKey: secrets.serviceRoleKey };
}
