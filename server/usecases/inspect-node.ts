import { z } from 'zod';
import type { RunnerTask, TaskAnswer, TaskRequest } from '#lib/contracts/runner-channel.ts';
import { FINAL_RUN_STATUSES } from '#lib/contracts/run-record.ts';
import type { Role } from '#lib/contracts/workspaces.ts';
import { AppError } from '#lib/errors/app-error.ts';
import type { Actor } from './actor.ts';
import { authorise, notFound } from './actor.ts';
import { parseRows } from './database-error.ts';
import { runnerTask, type TaskCaller } from './runner-link.ts';
import { settledRun } from './settled-run.ts';

/** Looking is for everybody; what changes the run's record or what is kept of it, for those who may run it. */
const LEAST_ROLE: Record<RunnerTask, Role> = {
  profile: 'viewer',
  sample: 'viewer',
  stage: 'editor',
  count: 'editor',
};

/** For who has just heard of the run's end, and is faster than the rows that tell it. */
const SETTLED_WITHIN_MS = 2000;

type Own = 'workspaceId' | 'runId' | 'nodeId' | 'document' | 'parameters';
export interface Inspection<T extends RunnerTask> {
  task: T;
  runId: string;
  nodeId: string;
  options: Omit<TaskRequest<T>, Own>;
}

/** Has a node of a run looked at, with the very document that ran. Throws `run-not-over` before the run has ended. */
export async function inspectNode<T extends RunnerTask>(
  actor: Actor,
  { task, runId, nodeId, options }: Inspection<T>,
  caller: TaskCaller,
): Promise<TaskAnswer<T>> {
  const run = await settledRun(actor, runId, { withinMs: SETTLED_WITHIN_MS, signal: caller.signal });
  authorise(actor, run.workspace_id, LEAST_ROLE[task]);
  if (!FINAL_RUN_STATUSES.includes(run.status))
    throw new AppError('run-not-over', 'The run has not ended yet.', { hint: 'Wait for its end.' });
  const versions = await actor.db.from('pipeline_versions').select('document').eq('id', run.version_id);
  const document = parseRows(versions, z.object({ document: z.record(z.string(), z.unknown()) }))[0]
    ?.document;
  if (!document) throw notFound('run');
  const own = { workspaceId: run.workspace_id, runId, nodeId, document, parameters: run.parameters };
  // Each task asks for these and its own options; the compiler cannot put the two together for a name it does not know.
  return runnerTask(task, { ...own, ...options } as TaskRequest<T>, caller);
}
