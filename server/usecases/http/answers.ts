import { randomUUID } from 'node:crypto';
import type { ApiError } from '#lib/contracts/answer.ts';
import { RevisionConflictError } from '#lib/contracts/pipelines.ts';
import { toAppError } from '#lib/errors/app-error.ts';
import { statusOf } from './statuses.ts';

const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

export function dataAnswer(data: unknown): Response {
  return Response.json({ data }, { headers: HEADERS });
}

/** The one place where an error becomes an answer. What is our own fault is told to the log, not to the world. */
export function errorAnswer(thrown: unknown): Response {
  const error = toAppError(thrown);
  const status = statusOf(error);
  const body: ApiError['error'] = { code: error.code, message: error.message, hint: error.hint ?? null };
  if (error.issues) body.issues = error.issues;
  if (error instanceof RevisionConflictError) body.current = error.current;
  if (error.kind === 'bug') {
    const mark = randomUUID().slice(0, 8);
    logFailure(mark, error);
    body.message = 'Something went wrong inside Sluice.';
    body.hint = `The server's log has the details under ${mark}.`;
  }
  const answer = Response.json({ error: body }, { status, headers: HEADERS });
  // What is left of such a body was not read: the connection cannot be used again.
  if (status === 413) answer.headers.set('connection', 'close');
  return answer;
}

function logFailure(mark: string, error: Error): void {
  const cause = error.cause instanceof Error ? error.cause.stack : error.cause;
  const line = {
    at: new Date().toISOString(),
    level: 'error',
    mark,
    message: error.message,
    stack: error.stack,
    cause,
  };
  process.stderr.write(`${JSON.stringify(line)}\n`);
}
