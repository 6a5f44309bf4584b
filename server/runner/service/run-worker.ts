import { AppError, toAppError, toErrorRecord } from '#lib/errors/app-error.ts';
import { readDocument } from '#lib/document/read.ts';
import { rootedReach } from '#server/files/file-root.ts';
import { workspaceRoot } from '#server/files/workspace-root.ts';
import type { LogWriter } from '#server/observability/log-writer.ts';
import type { StateWriter } from '#server/observability/state-writer.ts';
import type { ServiceClient } from '#server/supabase/service-client.ts';
import type { EngineServices } from '../engine-services.ts';
import { runPipeline } from '../run-pipeline.ts';
import { collectStaging } from '../staging/collect.ts';
import { claimedRunSchema, type ClaimedRun } from './claimed-run.ts';
import type { EventLog } from './event-log.ts';
import type { ProcessLog } from './process-log.ts';
import { RunObserver } from './run-observer.ts';
import type { RunnerSettings } from './settings.ts';

export interface WorkerServices {
  settings: RunnerSettings;
  client: ServiceClient;
  engine: EngineServices;
  events: EventLog;
  states: StateWriter;
  logs: LogWriter;
  log: ProcessLog;
  /** Told each time that the last run has ended. */
  onIdle: () => void;
}

/** Runs are woken by the channel; this catches the ones whose wake was lost. */
const SAFETY_POLL_MS = 15_000;
/** The database is away: soon again, without hammering it. */
const CLAIM_AGAIN_MS = 1_000;
/** Often enough that a cancel which the channel missed is heard soon, and a dead runner is known within a minute. */
const HEARTBEAT_MS = 5_000;
const STALE_AFTER_SECONDS = 45;

interface Running {
  controller: AbortController;
  done: Promise<void>;
}

/** Claims queued runs while there are slots, carries them out, and says by its heartbeat that they live. */
export class RunWorker {
  readonly #services: WorkerServices;
  readonly #running = new Map<string, Running>();
  #claiming: Promise<void> | null = null;
  #wakeAgain = false;
  #draining = false;
  #timers: NodeJS.Timeout[] = [];
  /** Whether the database answered at the last look. */
  #answered = false;

  constructor(services: WorkerServices) {
    this.#services = services;
  }

  /** Ends what an earlier life of this runner left behind: first of all, because a schedule would wait for it. */
  takeOver(): Promise<void> {
    return this.#reap(this.#services.settings.runnerId);
  }

  /** Begins to claim. */
  start(): void {
    this.#timers = [
      setInterval(() => void this.#look(), SAFETY_POLL_MS),
      setInterval(() => {
        if (this.#running.size > 0) void this.#heartbeat();
      }, HEARTBEAT_MS),
    ];
    this.wake();
  }

  get runningCount(): number {
    return this.#running.size;
  }

  /** Looks for queued runs now. */
  wake(): void {
    if (this.#draining) return;
    if (this.#claiming) {
      this.#wakeAgain = true;
      return;
    }
    this.#claiming = this.#claimAll().finally(() => {
      this.#claiming = null;
      if (this.#wakeAgain) {
        this.#wakeAgain = false;
        this.wake();
      }
    });
  }

  /** Claims no more; what runs goes on. */
  retire(): void {
    this.#draining = true;
  }

  /** Stops a run that runs here; false where it does not. */
  cancel(runId: string, reason = 'The run was cancelled.'): boolean {
    const running = this.#running.get(runId);
    running?.controller.abort(new AppError('cancelled', reason));
    return running !== undefined;
  }

  /** Resolves when the run, where it runs here, has left all that it will leave. */
  async settled(runId: string): Promise<void> {
    await this.#running.get(runId)?.done;
  }

  /** Removes what was kept longest without use, beyond the limit. */
  async collect(): Promise<void> {
    const { settings, log } = this.#services;
    try {
      await collectStaging(settings.dataDirectory, {
        limitBytes: settings.stagingBytes,
        keep: new Set(this.#running.keys()),
      });
    } catch (error) {
      log.warn('Old staged results could not be collected.', error);
    }
  }

  /** Claims no more, gives what runs some time to finish, then cancels it. Resolves when nothing runs. */
  async drain(deadlineMs: number): Promise<void> {
    this.#draining = true;
    for (const timer of this.#timers) clearInterval(timer);
    await this.#claiming;
    const all = Promise.all([...this.#running.values()].map((running) => running.done));
    let clock: NodeJS.Timeout | undefined;
    const late = new Promise((resolve) => {
      clock = setTimeout(resolve, deadlineMs);
    });
    await Promise.race([all, late]);
    clearTimeout(clock);
    for (const { controller } of this.#running.values())
      controller.abort(
        new AppError('interrupted', 'The runner was shut down before this run had finished.', {
          hint: 'Resume the run: what had finished is kept.',
        }),
      );
    await all;
  }

  async #claimAll(): Promise<void> {
    const { settings, log } = this.#services;
    try {
      while (this.#running.size < settings.runsAtOnce && !this.#isDraining()) {
        const claimed = await this.#claim();
        if (!claimed) return;
        const controller = new AbortController();
        const id = claimed.run.id;
        const done = this.#run(claimed, controller.signal).finally(() => {
          this.#running.delete(id);
          if (this.#running.size === 0) this.#services.onIdle();
          this.wake();
        });
        this.#running.set(id, { controller, done });
      }
    } catch (error) {
      log.warn('Queued runs cannot be claimed; trying again.', error);
      setTimeout(() => {
        this.wake();
      }, CLAIM_AGAIN_MS).unref();
    }
  }

  #isDraining(): boolean {
    return this.#draining;
  }

  async #claim(): Promise<ClaimedRun | null> {
    const { client, settings } = this.#services;
    const { data } = await client.rpc('claim_run', { p_runner_id: settings.runnerId }).throwOnError();
    return data === null ? null : claimedRunSchema.parse(data);
  }

  /** One claimed run to its end. Whatever happens, the run gets an outcome. */
  async #run({ run, document }: ClaimedRun, signal: AbortSignal): Promise<void> {
    const { settings, engine, events, log } = this.#services;
    const observer = new RunObserver({ id: run.id, workspaceId: run.workspace_id }, this.#services);
    events.open(run.id);
    try {
      await runPipeline(
        {
          runId: run.id,
          document: readDocument(document),
          parameters: run.parameters,
          mode: run.mode,
          slice: {
            ...(run.options.from ? { from: run.options.from } : {}),
            ...(run.options.to ? { to: run.options.to } : {}),
          },
          resumeFrom: run.resumed_from ?? undefined,
          reuse: { scope: run.workspace_id, pipeline: run.pipeline_id, fresh: false },
          reach: rootedReach(workspaceRoot(run.workspace_id, settings.dataDirectory)),
          dataDirectory: settings.dataDirectory,
          memoryLimitBytes: Math.floor(settings.memoryBytes / (settings.runsAtOnce + 1)),
          threads: settings.threads,
          listeners: [observer],
          signal,
        },
        engine,
      );
    } catch (thrown) {
      const error = toAppError(signal.aborted ? signal.reason : thrown);
      if (error.kind === 'bug') log.error('A run broke.', thrown);
      const status =
        error.code === 'cancelled' ? 'cancelled' : error.code === 'interrupted' ? 'interrupted' : 'failed';
      if (events.hasFinished(run.id)) log.error('A run broke after its end.', thrown);
      else
        observer.event({
          seq: events.nextSeq(run.id),
          event: {
            type: 'run.finished',
            runId: run.id,
            at: new Date().toISOString(),
            status,
            durationMs: null,
            error: toErrorRecord(error),
          },
        });
    }
    await this.collect();
    await events.close(run.id);
    if (!this.#isDraining()) void engine.prepare();
  }

  /**
   * While the database was away every runner was silent: each is given the time for a heartbeat before what it runs
   * counts as lost.
   */
  async #look(): Promise<void> {
    const answeredBefore = this.#answered;
    this.#answered = await this.#heartbeat();
    if (answeredBefore && this.#answered) await this.#reap(null);
    this.wake();
  }

  /** False when the database does not answer. */
  async #heartbeat(): Promise<boolean> {
    const { client, settings, events, log } = this.#services;
    const ids = [...this.#running.keys()];
    try {
      const { data } = await client
        .rpc('heartbeat', { p_runner_id: settings.runnerId, p_run_ids: ids })
        .throwOnError();
      const answer = data as { cancel: string[]; lost: string[] };
      for (const id of answer.cancel) this.cancel(id);
      for (const id of answer.lost) {
        // One that has just ended is not lost.
        if (this.#running.has(id) && !events.hasFinished(id))
          log.warn(`The database no longer holds run ${id} for this runner.`, null);
      }
      return true;
    } catch (error) {
      // Runs go on: what they do is kept and written when the database is back.
      log.warn('The heartbeat did not reach the database.', error);
      return false;
    }
  }

  /** Gives up for lost what runners left that are silent, or (`runnerId`) that have been started anew. */
  async #reap(runnerId: string | null): Promise<void> {
    const { client, log } = this.#services;
    try {
      await client
        .rpc('reap_interrupted', { p_stale_after_seconds: STALE_AFTER_SECONDS, p_runner_id: runnerId })
        .throwOnError();
    } catch (error) {
      log.warn('Interrupted runs could not be marked.', error);
    }
  }
}
