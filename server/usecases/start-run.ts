import { z } from 'zod';
import type { RunSummary, StartRunRequest } from '#lib/contracts/runs.ts';
import { RUN_MODES } from '#lib/contracts/runs.ts';
import { readDocument } from '#lib/document/read.ts';
import type { PipelineDocument } from '#lib/document/schema.ts';
import { AppError } from '#lib/errors/app-error.ts';
import type { Fault } from '#lib/errors/app-error.ts';
import { resolveParameters } from '#lib/parameters/values.ts';
import type { Actor } from './actor.ts';
import { authorise } from './actor.ts';
import { functionAnswer } from './database-error.ts';
import type { LooseDocument } from './documents.ts';
import { contentHash, splitView } from './documents.ts';
import { loadDraft } from './pipelines.ts';
import { nudgeRunner } from './runner-link.ts';
import type { RunRow } from './run-rows.ts';
import { runRowSchema, toRunSummary } from './run-rows.ts';
import { loadRun } from './runs.ts';
import { versionByNumber } from './versions.ts';

type Mode = (typeof RUN_MODES)[number];
interface RunWish {
  document: LooseDocument;
  parameters: Record<string, unknown>;
  mode?: Mode | undefined;
  from?: string | undefined;
  to?: string | undefined;
  trigger: 'manual' | 'api' | 'resume';
  resumedFrom?: string;
}

/** Freezes the document and queues a run of it. Throws `invalid-document` or `invalid-parameters` with every fault. */
export async function startRun(
  actor: Actor,
  pipelineId: string,
  request: StartRunRequest,
): Promise<RunSummary> {
  const stored = await loadDraft(actor, pipelineId);
  authorise(actor, stored.workspaceId, 'editor');
  const document = request.document
    ? splitView(request.document).draft
    : request.version === undefined
      ? stored.draft
      : (await versionByNumber(actor, pipelineId, request.version)).document;
  return queueRun(actor, pipelineId, {
    document,
    parameters: request.parameters ?? {},
    mode: request.mode,
    from: request.from,
    to: request.to,
    trigger: actor.via === 'token' ? 'api' : 'manual',
  });
}

const ENDED_SHORT: readonly RunRow['status'][] = ['failed', 'cancelled', 'interrupted'];

/** A new run that reuses what this one finished, of the version that ran or of the draft as it is now. */
export async function resumeRun(
  actor: Actor,
  runId: string,
  version: 'same' | 'newest',
): Promise<RunSummary> {
  const run = await loadRun(actor, runId);
  authorise(actor, run.workspace_id, 'editor');
  if (!ENDED_SHORT.includes(run.status)) {
    throw new AppError('not-resumable', `This run is ${run.status}.`, {
      hint: 'Only a run that failed, was cancelled or was interrupted can be resumed.',
    });
  }
  const stored = await loadDraft(actor, run.pipeline_id);
  const document =
    version === 'newest'
      ? stored.draft
      : (await versionByNumber(actor, run.pipeline_id, run.version)).document;
  return queueRun(actor, run.pipeline_id, {
    document,
    parameters: run.parameters,
    mode: z.enum(RUN_MODES).safeParse(run.mode).data,
    from: run.options.from ?? undefined,
    to: run.options.to ?? undefined,
    trigger: 'resume',
    resumedFrom: run.id,
  });
}

async function queueRun(actor: Actor, pipelineId: string, wish: RunWish): Promise<RunSummary> {
  const document = checkDocument(wish.document);
  checkParameters(document, wish.parameters);
  for (const end of [wish.from, wish.to]) checkNode(document, end);
  const answer = await actor.db.rpc('request_run', {
    p_pipeline_id: pipelineId,
    p_document: wish.document,
    p_content_hash: contentHash(wish.document),
    p_trigger: wish.trigger,
    p_mode: wish.mode ?? document.settings.mode,
    p_parameters: wish.parameters,
    p_options: { ...(wish.from ? { from: wish.from } : {}), ...(wish.to ? { to: wish.to } : {}) },
    p_resumed_from: wish.resumedFrom ?? null,
  });
  const { run } = functionAnswer(answer, z.object({ ok: z.literal(true), run: runRowSchema }));
  await nudgeRunner('wake');
  return toRunSummary(run);
}

/** The document, or every fault of form and structure at once. What its SQL means is found out by the runner. */
export function checkDocument(draft: LooseDocument): PipelineDocument {
  const { document, faults } = readDocument(draft);
  const errors = faults.filter(({ severity }) => severity === 'error');
  if (!document || errors.length > 0)
    throw invalid('invalid-document', 'The pipeline cannot run as it is.', faults);
  return document;
}

export function checkParameters(document: PipelineDocument, given: Record<string, unknown>): void {
  const { faults } = resolveParameters(document.parameters, given);
  if (faults.length > 0)
    throw invalid('invalid-parameters', 'The parameters do not fit this pipeline.', faults);
}

function checkNode(document: PipelineDocument, id: string | undefined): void {
  if (id === undefined || document.nodes.some((node) => node.id === id)) return;
  throw new AppError('unknown-node', `The pipeline has no node “${id}”.`, {
    hint: `It has: ${document.nodes.map((node) => node.id).join(', ')}.`,
  });
}

function invalid(code: string, message: string, faults: Fault[]): AppError {
  const first = faults[0];
  return new AppError(
    code,
    first && faults.length === 1 ? first.message : `${message} ${faults.length} things stand in the way.`,
    {
      hint: first?.hint,
      issues: faults.slice(0, 1000),
    },
  );
}
