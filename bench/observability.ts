import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { NumberedEvent } from '#lib/contracts/events.ts';
import { LogWriter } from '#server/observability/log-writer.ts';
import { StateWriter } from '#server/observability/state-writer.ts';
import type { RunListener } from '#server/runner/execute/run-recorder.ts';
import { EventLog } from '#server/runner/service/event-log.ts';
import { RunObserver } from '#server/runner/service/run-observer.ts';
import { startDatabase, type Database } from '#server/runner/testing/kills/database.ts';
import { serviceClient, type ServiceClient } from '#server/supabase/service-client.ts';
import { compare, sayRatio } from './compare.ts';
import type { FusedOptions } from './fused.ts';
import type { Laboratory } from './laboratory.ts';
import { pipelines } from './pipelines.ts';
import { documentOf } from './sketch.ts';

const EVENTS_PER_SECOND = 10_000;
const TICK_MS = 5;
/** Long enough for some thousand events. */
const PIPELINE = 'star of four joins';
const RUNNER = 'bench';
const FLUSH_MS = 60_000;

/**
 * A run beside which 10,000 events a second happen, log lines of 80 characters, told to nobody; and the same where each
 * goes to a listener of the live stream, to the run's file of events and to the database, as the runner does it. The
 * database and its gateway are a process of their own, on the same machine.
 */
export async function benchObservability(
  laboratory: Laboratory,
  { tables, rounds, say }: Pick<FusedOptions, 'tables' | 'rounds' | 'say'>,
): Promise<void> {
  const pipeline = pipelines(tables).find(({ name }) => name === PIPELINE);
  if (!pipeline) throw new Error(`There is no pipeline "${PIPELINE}".`);
  const document = documentOf(pipeline.sketch, { staging: 'auto', counts: 'exact' });
  const folder = path.join(laboratory.equipment.folder, 'database');
  await mkdir(folder, { recursive: true });
  const database = await startDatabase(folder);
  const told = { events: 0, heard: 0, seconds: 0 };
  try {
    const desk = await Desk.open(database, path.join(laboratory.equipment.folder, 'sluice'));
    const quiet = async () =>
      during(NOBODY, (listener) => laboratory.run(document, { listener }), randomUUID());
    const observed = async () => {
      const run = await desk.begin();
      const took = await during(
        run.listener,
        (listener) => laboratory.run(document, { runId: run.id, listener }),
        run.id,
      );
      told.heard += await run.end();
      told.events += took.events;
      told.seconds += took.milliseconds / 1000;
      return took;
    };
    const { ratios, cpuRatios, milliseconds } = await compare({ off: quiet, on: observed }, rounds);
    const [ratio, cpu] = [ratios.get('on'), cpuRatios.get('on')];
    const stored = await desk.close();
    if (!ratio || !cpu) return;
    say(
      '\nA run observed (stream, file, database) ÷ unobserved, while 10,000 events a second happen (median, middle half)',
    );
    say(
      `${PIPELINE.padEnd(50)} ${sayRatio(ratio)}   of the runner's processors ${sayRatio(cpu)}   ${(milliseconds.get('on')?.median ?? NaN).toFixed(0)} ms`,
    );
    say(
      `${told.events} events at ${(told.events / told.seconds).toFixed(0)} a second: ${told.heard} heard by the stream, ${stored.lines} lines in the database, ${stored.lost} given up`,
    );
  } finally {
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const NOBODY: RunListener = { event: () => undefined, sampled: () => undefined };

/** Does `work` while events happen; what is told of the run itself is told to the same listener. */
async function during(
  listener: RunListener,
  work: (listener: RunListener) => Promise<{ wholeMs: number; wholeCpuMs: number }>,
  runId: string,
): Promise<{ milliseconds: number; cpuMs: number; events: number }> {
  const begun = performance.now();
  let events = 0;
  let seq = 1_000_000;
  const timer = setInterval(() => {
    const due = Math.floor(((performance.now() - begun) / 1000) * EVENTS_PER_SECOND);
    for (; events < due; events += 1) listener.event(logEvent(runId, (seq += 1)));
  }, TICK_MS);
  try {
    const { wholeMs, wholeCpuMs } = await work(listener);
    return { milliseconds: wholeMs, cpuMs: wholeCpuMs, events };
  } finally {
    clearInterval(timer);
  }
}

function logEvent(runId: string, seq: number): NumberedEvent {
  const message = `row ${seq}: `.padEnd(80, 'a value that somebody wanted to see; ');
  return {
    seq,
    event: { type: 'log', runId, at: new Date().toISOString(), nodeId: null, level: 'info', message },
  };
}

/** Where events go in the product, over a database of the benchmark's own. */
class Desk {
  readonly #client: ServiceClient;
  readonly #workspaceId: string;
  readonly #events: EventLog;
  readonly #states: StateWriter;
  readonly #logs: LogWriter;

  private constructor(client: ServiceClient, workspaceId: string, dataDirectory: string) {
    this.#client = client;
    this.#workspaceId = workspaceId;
    this.#events = new EventLog(dataDirectory);
    this.#logs = new LogWriter(client);
    this.#states = new StateWriter({
      client,
      runnerId: RUNNER,
      onTrouble: (message, error) => {
        throw new Error(message, { cause: error });
      },
    });
  }

  static async open({ url, secrets }: Database, dataDirectory: string): Promise<Desk> {
    const client = serviceClient({ url, anonKey: secrets.anonKey, serviceRoleKey: secrets.serviceRoleKey });
    const { data } = await client
      .from('workspaces')
      .insert({ name: 'Bench' })
      .select('id')
      .single()
      .throwOnError();
    return new Desk(client, data.id, dataDirectory);
  }

  /** A run in the database, with everything that listens to it. `end` answers how many events the stream has heard. */
  async begin(): Promise<{ id: string; listener: RunListener; end: () => Promise<number> }> {
    const id = randomUUID();
    await this.#insert(id);
    this.#events.open(id);
    const leave = new AbortController();
    let heard = 0;
    const hearing = (async () => {
      for await (const { event } of this.#events.followAll(leave.signal))
        if (event.type === 'log') heard += 1;
    })();
    const run = { id, workspaceId: this.#workspaceId };
    const sinks = { events: this.#events, states: this.#states, logs: this.#logs };
    return {
      id,
      listener: new RunObserver(run, sinks),
      end: async () => {
        await Promise.all([this.#logs.flush(FLUSH_MS), this.#states.flush(FLUSH_MS)]);
        await this.#events.close(id);
        leave.abort();
        await hearing;
        return heard;
      },
    };
  }

  async #insert(id: string): Promise<void> {
    const client = this.#client;
    const [workspace_id, pipeline_id, version_id] = [this.#workspaceId, randomUUID(), randomUUID()];
    await client
      .from('pipelines')
      .insert({ id: pipeline_id, workspace_id, name: 'Bench', draft: {} })
      .throwOnError();
    await client
      .from('pipeline_versions')
      .insert({
        id: version_id,
        workspace_id,
        pipeline_id,
        number: 1,
        document: {},
        content_hash: randomUUID(),
      })
      .throwOnError();
    await client
      .from('runs')
      .insert({ id, workspace_id, pipeline_id, version_id, status: 'running', runner_id: RUNNER })
      .throwOnError();
  }

  /** Everything is in the database by then: its log lines, and how many it says were given up. */
  async close(): Promise<{ lines: number; lost: number }> {
    await this.#logs.flush(FLUSH_MS);
    const lines = await this.#client
      .from('observability_logs')
      .select('id', { count: 'exact', head: true })
      .like('message', 'row %')
      .throwOnError();
    const { data } = await this.#client
      .from('observability_logs')
      .select('message')
      .like('message', '%log lines were lost%')
      .throwOnError();
    const lost = data.reduce((sum, { message }) => sum + Number(/^\d+/.exec(message)?.[0] ?? 0), 0);
    return { lines: lines.count ?? 0, lost };
  }
}
