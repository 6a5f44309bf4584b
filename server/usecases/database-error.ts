import { z } from 'zod';
import { AppError } from '#lib/errors/app-error.ts';

/** What supabase-js reports: PostgREST's error, or a failed fetch with an empty code. */
interface DatabaseError {
  code?: string;
  message: string;
}

/** The AppError that a failed query amounts to. */
export function databaseError(error: DatabaseError): AppError {
  const cause = new Error(`${error.code ?? ''} ${error.message}`.trim());
  switch (error.code) {
    case '42501':
      return new AppError('forbidden', 'Your role in this workspace does not allow that.', {
        hint: 'Ask an owner of the workspace.',
        cause,
      });
    case 'PGRST301':
    case 'PGRST302':
    case 'PGRST303':
      return new AppError('not-signed-in', 'Your session has ended.', { hint: 'Sign in again.', cause });
    case undefined:
    case '':
      return new AppError('database-away', 'The database does not answer.', {
        kind: 'transient',
        hint: 'Try again in a moment.',
        cause,
      });
    default:
      return new AppError('internal', cause.message, { kind: 'bug', cause });
  }
}

const refusalSchema = z.object({ ok: z.literal(false), code: z.string() });

/**
 * What a SQL function answered. They answer an expected refusal as `{ok: false, code}`, which is thrown here as an
 * AppError; anything else must have the shape of `schema`.
 */
export function functionAnswer<T>(
  answer: { data: unknown; error: DatabaseError | null },
  schema: z.ZodType<T>,
): T {
  if (answer.error) throw databaseError(answer.error);
  const refused = refusalSchema.safeParse(answer.data);
  if (refused.success) throw refusal(refused.data.code);
  return schema.parse(answer.data);
}

/** Rows of a query, each in the shape of `schema`. */
export function parseRows<T>(
  answer: { data: unknown; error: DatabaseError | null },
  schema: z.ZodType<T>,
): T[] {
  if (answer.error) throw databaseError(answer.error);
  return z.array(schema).parse(answer.data);
}

function refusal(code: string): AppError {
  switch (code) {
    case 'not-found':
      return new AppError('not-found', 'There is no such thing.', {
        hint: 'It may have been deleted, or belong to another workspace.',
      });
    case 'run-not-found':
      return new AppError('not-found', 'There is no such run of this pipeline.');
    case 'version-not-found':
      return new AppError('not-found', 'This pipeline has no such version.');
    case 'forbidden':
      return new AppError('forbidden', 'Your role in this workspace does not allow that.', {
        hint: 'Ask an owner of the workspace.',
      });
    case 'unauthenticated':
      return new AppError('not-signed-in', 'You are not signed in.', { hint: 'Sign in first.' });
    case 'unknown-time-zone':
      return new AppError('unknown-time-zone', 'The database knows no such time zone.', {
        hint: 'Use a name like Europe/Berlin.',
      });
    case 'no-account':
      return new AppError('no-account', 'Nobody has an account with that address.', {
        hint: 'They must have signed in here once, or be added to the project.',
      });
    case 'already-member':
      return new AppError('already-member', 'They are a member already.', {
        hint: 'Change their role instead.',
      });
    case 'last-owner':
      return new AppError('last-owner', 'A workspace keeps at least one owner.', {
        hint: 'Make someone else an owner first.',
      });
    default:
      return new AppError('internal', `The database refused with “${code}”.`, { kind: 'bug' });
  }
}
