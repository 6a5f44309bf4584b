import { styleText } from 'node:util';
import { toAppError, toErrorRecord, type ErrorRecord, type Fault } from '#lib/errors/app-error.ts';

export const EXIT = { good: 0, failed: 1, wrongCall: 2 } as const;

export interface OutputOptions {
  json: boolean;
}

/** Codes that mean the document or the call is wrong, not the run. */
const WRONG_CALLS = new Set([
  'document-invalid',
  'document-not-found',
  'wrong-call',
  'node-not-found',
  'empty-slice',
  'unknown-type',
  'no-spark-connect',
  'run-not-found',
]);

/** Reports an error that left no run report behind; answers the exit code. */
export function failWith(thrown: unknown, options: OutputOptions): number {
  const error = toAppError(thrown);
  printError(toErrorRecord(error), options);
  if (error.kind === 'bug' && process.env.SLUICE_DEBUG) process.stderr.write(`${String(error.stack)}\n`);
  return WRONG_CALLS.has(error.code) || error.place?.path !== undefined ? EXIT.wrongCall : EXIT.failed;
}

/** An error as one JSON object on standard output, or in words on standard error. */
export function printError(error: ErrorRecord, { json }: OutputOptions): void {
  if (json) {
    const { code, message, hint, cause, nodeId, sql, place } = error;
    const issues = (error.issues ?? []).map(flatIssue);
    process.stdout.write(
      `${JSON.stringify({ error: { code, message, ...present({ hint, cause, nodeId, sql, place }), issues } }, null, 2)}\n`,
    );
    return;
  }
  const issues = error.issues ?? [];
  if (issues.length === 0)
    process.stderr.write(
      `${paint('red', 'error')} ${plain(error.message)} ${dim(`[${plain(error.code)}]`)}\n${sayHint(error.hint)}`,
    );
  else process.stderr.write(issues.map(sayFault).join(''));
}

/** A fault with its line and column at the top, where scripts look for them. */
export function flatIssue(fault: Fault): Record<string, unknown> {
  const { line, column, nodeId, path } = fault.place ?? {};
  return {
    code: fault.code,
    severity: fault.severity,
    message: fault.message,
    ...present({ hint: fault.hint, line, column, nodeId, path }),
  };
}

/** `12:5 error The column … [column-not-found]`, and the remedy below. */
export function sayFault(fault: Fault): string {
  const { line, column, nodeId } = fault.place ?? {};
  const where = line === undefined ? '' : `${line}:${column ?? 1} `;
  const colour = fault.severity === 'error' ? 'red' : 'yellow';
  const node = nodeId === undefined || fault.message.includes(`"${nodeId}"`) ? '' : `${plain(nodeId)}: `;
  return `${dim(where)}${paint(colour, fault.severity)} ${node}${plain(fault.message)} ${dim(`[${plain(fault.code)}]`)}\n${sayHint(fault.hint)}`;
}

function sayHint(hint: string | null | undefined): string {
  return hint ? `  ${plain(hint)}\n` : '';
}

/**
 * People's text for a terminal, on one line: control characters, which could move the cursor, rename the window or fake
 * lines of ours, as the pictures of them.
 */
export function plain(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => {
    const code = character.codePointAt(0) ?? 0;
    // Unicode has pictures of the old ones only.
    return code < 0x20 ? String.fromCodePoint(0x2400 + code) : code === 0x7f ? '\u2421' : '\ufffd';
  });
}

/** `1 row`, `3,000,000 rows`. */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;
}

export function paint(colour: 'red' | 'green' | 'yellow' | 'cyan', text: string): string {
  return styleText(colour, text, { stream: process.stderr });
}

export function dim(text: string): string {
  return styleText('dim', text, { stream: process.stderr });
}

function present(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null),
  );
}
