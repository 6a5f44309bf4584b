import { toAppError } from '#lib/errors/app-error.ts';

/** The runner's own log: one JSON object a line on standard error, which the supervisor keeps. */
export interface ProcessLog {
  info: (message: string, fields?: Record<string, unknown>) => void;
  /** `about` is an error, or fields that say more. */
  warn: (message: string, about: unknown) => void;
  error: (message: string, error: unknown) => void;
}

export const processLog: ProcessLog = {
  info: (message, fields) => {
    write('info', message, fields ?? {});
  },
  warn: (message, about) => {
    write('warn', message, about instanceof Error ? sayError(about) : { ...(about ?? {}) });
  },
  error: (message, error) => {
    write('error', message, {
      ...sayError(error),
      ...(error instanceof Error ? { stack: error.stack } : {}),
    });
  },
};

function sayError(error: unknown): Record<string, unknown> {
  return error === null || error === undefined
    ? {}
    : { code: toAppError(error).code, error: toAppError(error).message };
}

function write(level: string, message: string, fields: Record<string, unknown>): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, message, ...fields })}\n`);
}
