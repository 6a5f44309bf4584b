import { z } from 'zod';

/** Who must act: the person (`user`), time itself (`transient`, worth a retry) or us (`bug`). */
export type ErrorKind = 'user' | 'transient' | 'bug';

/**
 * Where a fault lies. `path` leads into the document (`['nodes', 2, 'config', 'condition']`), `line` and `column`
 * are 1-based positions in its text, `offset` is a 0-based position inside the text field that `path` names.
 */
export const placeSchema = z.object({
  path: z
    .array(z.union([z.string(), z.number()]))
    .max(64)
    .optional(),
  line: z.number().int().positive().optional(),
  column: z.number().int().positive().optional(),
  offset: z.number().int().nonnegative().optional(),
  nodeId: z.string().max(200).optional(),
  edge: z.number().int().nonnegative().optional(),
});
export type Place = z.infer<typeof placeSchema>;

/** Longest texts in characters. An engine's message may quote a whole cell; what tells something is at its beginning. */
export const LIMITS = { message: 4000, hint: 2000, cause: 8000, sql: 200_000, issues: 1000 };

/** A finding about a document: it carries its place and a remedy, and there may be many of them. */
export const faultSchema = z.object({
  code: z.string().max(80),
  severity: z.enum(['error', 'warning']),
  message: z.string().max(LIMITS.message),
  hint: z.string().max(LIMITS.hint).optional(),
  place: placeSchema.optional(),
});
export type Fault = z.infer<typeof faultSchema>;

/** The one shape in which an error leaves the process: CLI report, API answer, node badge, database row. */
export const errorRecordSchema = z.object({
  code: z.string().max(80),
  message: z.string().max(LIMITS.message),
  hint: z.string().max(LIMITS.hint).nullish(),
  cause: z.string().max(LIMITS.cause).nullish(),
  nodeId: z.string().max(200).nullish(),
  sql: z.string().max(LIMITS.sql).nullish(),
  place: placeSchema.nullish(),
  issues: z.array(faultSchema).max(LIMITS.issues).nullish(),
});
export type ErrorRecord = z.infer<typeof errorRecordSchema>;

export interface AppErrorOptions {
  kind?: ErrorKind;
  hint?: string;
  nodeId?: string;
  place?: Place;
  sql?: string;
  issues?: Fault[];
  cause?: unknown;
}

/**
 * The only error that crosses a module's border. Thrown where the trouble is known, converted once at the edge.
 * `code` is a stable kebab-case name (`column-not-found`), `message` says what happened in the user's terms,
 * `hint` what to do about it.
 */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: string;
  readonly kind: ErrorKind;
  readonly hint: string | undefined;
  readonly nodeId: string | undefined;
  readonly place: Place | undefined;
  readonly sql: string | undefined;
  readonly issues: Fault[] | undefined;

  constructor(code: string, message: string, options: AppErrorOptions = {}) {
    super(cut(message, LIMITS.message), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.kind = options.kind ?? 'user';
    this.hint = options.hint && cut(options.hint, LIMITS.hint);
    this.nodeId = options.nodeId;
    this.place = options.place;
    this.sql = options.sql && cut(options.sql, LIMITS.sql);
    this.issues = options.issues?.slice(0, LIMITS.issues);
  }

  /** The same error, attributed to a node (and its SQL) unless it already is. */
  at(where: { nodeId?: string; sql?: string; place?: Place }): AppError {
    return new AppError(this.code, this.message, {
      kind: this.kind,
      hint: this.hint,
      nodeId: this.nodeId ?? where.nodeId,
      place: this.place ?? where.place,
      sql: this.sql ?? where.sql,
      issues: this.issues,
      cause: this.cause,
    });
  }
}

/** The beginning of a text that is too long, with a sign that it goes on. Never half a character. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;
}

/** Any thrown value as an `AppError`; what we do not know is a bug of ours, and keeps its cause. */
export function toAppError(thrown: unknown): AppError {
  if (thrown instanceof AppError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new AppError('internal', message, { kind: 'bug', cause: thrown });
}

/** The serialisable record of an error. Stack traces stay in the log. */
export function toErrorRecord(thrown: unknown): ErrorRecord {
  const error = toAppError(thrown);
  const cause = error.cause instanceof Error ? error.cause.message : undefined;
  return {
    code: error.code,
    message: error.message,
    hint: error.hint ?? null,
    cause: cause && cut(cause, LIMITS.message) !== error.message ? cut(cause, LIMITS.cause) : null,
    nodeId: error.nodeId ?? null,
    sql: error.sql ?? null,
    place: error.place ?? null,
    issues: error.issues ?? null,
  };
}

/** The fault that a thrown error amounts to when it was found while looking at a document. */
export function toFault(thrown: unknown, place?: Place): Fault {
  const error = toAppError(thrown);
  return {
    code: error.code,
    severity: 'error',
    message: error.message,
    hint: error.hint,
    place: { ...place, ...error.place, ...(error.nodeId ? { nodeId: error.nodeId } : {}) },
  };
}
