import { AppError } from '#lib/errors/app-error.ts';
import { LogWriter } from '#server/observability/log-writer.ts';
import { applyRetention } from '#server/observability/retention.ts';
import { StateWriter } from '#server/observability/state-writer.ts';
import { endProcess, leftBehind } from '#server/engines/duckdb/left-behind.ts';
import { startScheduler } from '#server/scheduler/scheduler.ts';
import { supabaseServiceAddress } from '#server/supabase/environment.ts';
import { serviceClient, type ServiceClient } from '#server/supabase/service-client.ts';
import { openEngineServices } from './engine-services.ts';
import { Inspections } from './inspect/inspections.ts';
import { writeCounts } from './inspect/write-counts.ts';
import { openChannel } from './service/channel-server.ts';
import { EventLog } from './service/event-log.ts';
import { Previews } from './service/previews.ts';
import { processLog } from './service/process-log.ts';
import { RunWorker } from './service/run-worker.ts';
import { runnerSettings, type RunnerSettings } from './service/settings.ts';
import { clearTemporary } from './staging/temporary.ts';

/** The supervisor kills what has not ended some time after it asked; runs that would take longer are interrupted before. */
const DRAIN_MS = 6_000;
/** After the runs have ended, what is left to write has this long. */
const FLUSH_MS = 4_000;
/** With so many statements left behind no more runs begin, until the process is a new one. */
const MOST_LEFT_BEHIND = 3;
const RETENTION_EVERY_MS = 6 * 3_600_000;

const settings = runnerSettings();
const runner = await startRunner(settings);
processLog.info('The runner is ready.', {
  runnerId: settings.runnerId,
  port: runner.port,
  memoryBytes: settings.memoryBytes,
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, end);

let ending = false;
function end(): void {
  if (ending) return;
  ending = true;
  void runner.stop().then(
    () => {
      endProcess(0);
    },
    (error: unknown) => {
      processLog.error('The runner did not end well.', error);
      endProcess(1);
    },
  );
}

/**
 * What is left behind holds a thread, processors and memory for as long as this process lives. So the process ends when
 * nothing runs, and the supervisor starts another.
 */
function renewWhenIdle(worker: RunWorker): void {
  if (leftBehind.count === 0 || ending) return;
  if (leftBehind.count >= MOST_LEFT_BEHIND) worker.retire();
  if (worker.runningCount > 0) return;
  processLog.warn('The runner starts anew: a statement did not end when it was stopped.', null);
  end();
}

interface Runner {
  port: number;
  stop: () => Promise<void>;
}

async function startRunner(own: RunnerSettings): Promise<Runner> {
  await clearTemporary(own.dataDirectory);
  const engine = await openEngineServices();
  const client = serviceClient(supabaseServiceAddress());
  const events = new EventLog(own.dataDirectory);
  const states = new StateWriter({
    client,
    runnerId: own.runnerId,
    onTrouble: (message, error) => {
      processLog.warn(message, error);
    },
  });
  const logs = new LogWriter(client);
  const previews = new Previews(engine, own);
  const worker: RunWorker = new RunWorker({
    ...{ settings: own, client, engine, events, states, logs, log: processLog },
    onIdle: () => {
      renewWhenIdle(worker);
    },
  });
  leftBehind.onAdded(() => {
    renewWhenIdle(worker);
  });
  const inspections = new Inspections({
    settings: own,
    services: engine,
    settled: (runId) => worker.settled(runId),
    onCounted: (of, rows) => writeCounts(client, of, rows),
    onMade: () => worker.collect(),
  });
  await worker.takeOver();
  const scheduler = startScheduler({
    service: client,
    wake: () => {
      worker.wake();
    },
    log: processLog,
  });
  const retention = setInterval(() => void retain(client, own.logDays), RETENTION_EVERY_MS);
  const channel = await openChannel({
    port: own.port,
    token: own.token,
    events,
    log: processLog,
    tasks: {
      profile: (request, task) => inspections.profile(request, task),
      sample: (request, task) => inspections.sample(request, task),
      stage: (request, task) => inspections.stage(request, task),
      count: (request, task) => inspections.count(request, task),
    },
    handlers: {
      wake: () => {
        worker.wake();
        return Promise.resolve({});
      },
      cancel: ({ runId }) => Promise.resolve({ found: worker.cancel(runId) }),
      bind: (request, signal) => previews.bind(request, signal),
      preview: (request, signal) => previews.preview(request, signal),
      rows: (request, signal) => previews.rows(request, signal),
      reschedule: () => {
        scheduler.reschedule();
        return Promise.resolve({});
      },
      health: () =>
        Promise.resolve({
          runnerId: own.runnerId,
          running: worker.runningCount,
          queued: null,
          memoryLimitBytes: own.memoryBytes,
          version: engine.version,
        }),
    },
  });
  worker.start();
  void engine.prepare();
  void retain(client, own.logDays);
  return {
    port: channel.port,
    stop: async () => {
      clearInterval(retention);
      await scheduler.stop();
      await worker.drain(DRAIN_MS);
      const [statesWritten, logsWritten] = await Promise.all([states.flush(FLUSH_MS), logs.flush(FLUSH_MS)]);
      await channel.close();
      await previews.close();
      await inspections.close();
      await engine.close();
      if (!statesWritten || !logsWritten)
        throw new AppError('not-flushed', 'Not everything was written before the runner ended.', {
          kind: 'transient',
        });
    },
  };
}

async function retain(client: ServiceClient, logDays: number): Promise<void> {
  try {
    await applyRetention(client, logDays);
  } catch (error) {
    processLog.warn('Old log lines and runs could not be deleted.', error);
  }
}
