import { toAppError } from '#lib/errors/app-error.ts';

/** The runner's own log: one JSON object a line on standard error, which the supervisor keeps. */
export interface ProcessLog {
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, error: unknown): void;
  error(message: string, error: unknown): void;
}

export const processLog: ProcessLog = {
  info: (message, fields) => {
    write('info', message, fields ?? {});
  },
  warn: (message, error) => {
    write('warn', message, sayError(error));
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
