import { toErrorRecord, type ErrorRecord } from '#lib/errors/app-error.ts';
import type { CodeJob, Sandbox } from '../sandbox.ts';
import type { InputBatch, InputColumn, OutputBatch, OutputColumn, PackedCells } from '../wire.ts';

/** An input column with its values, as a test writes it down. */
export interface Given extends InputColumn {
  values: (number | boolean | string | null)[];
}

export type Outcome = { rows: Record<string, unknown>[]; error: null } | { rows: null; error: ErrorRecord };

export interface RunOptions extends Partial<CodeJob> {
  given?: Given[];
  /** Rows of each batch that goes in; all in one unless told. */
  batchRows?: number;
}

const THREE_ROWS: Given[] = [
  { name: 'n', kind: 'integer', values: [1, 2, 3] },
  { name: 't', kind: 'text', values: ['a', 'b', null] },
];

/** Runs code over a few rows, and gives what came out as plain rows or the error as it would be shown. */
export async function runCode(sandbox: Sandbox, code: string, options: RunOptions = {}): Promise<Outcome> {
  const { given = THREE_ROWS, batchRows, ...rest } = options;
  const job: CodeJob = {
    form: 'rows',
    code,
    parameters: {},
    inputs: [{ name: null, columns: given.map(({ name, kind }) => ({ name, kind })) }],
    rows: [batches(given, batchRows)],
    memoryLimitMb: 128,
    timeLimitMs: 20_000,
    signal: new AbortController().signal,
    onLog: () => undefined,
    ...rest,
  };
  try {
    const rows: Record<string, unknown>[] = [];
    for await (const batch of sandbox.run(job)) rows.push(...unpacked(batch));
    return { rows, error: null };
  } catch (thrown) {
    return { rows: null, error: toErrorRecord(thrown) };
  }
}

/** The columns in batches, as the runner would send them. */
export async function* batches(given: readonly Given[], size?: number): AsyncGenerator<InputBatch> {
  const total = given[0]?.values.length ?? 0;
  const step = size ?? Math.max(total, 1);
  for (let from = 0; from < Math.max(total, 1); from += step) {
    const rows = Math.min(step, total - from);
    yield { rows, cells: given.map((column) => packed(column, column.values.slice(from, from + rows))) };
  }
}

function packed({ kind }: InputColumn, values: Given['values']): PackedCells {
  const nulls = Uint8Array.from(values, (value) => (value === null ? 1 : 0));
  const isText = kind === 'text' || kind === 'json';
  const texts = values.map((value) => (value === null ? '' : String(value)));
  return {
    nulls,
    numbers: isText ? null : Float64Array.from(values, (value) => Number(value)),
    text: isText ? texts.join('') : null,
    lengths: isText ? Uint32Array.from(texts, (text) => text.length) : null,
  };
}

function unpacked({ rows, columns }: OutputBatch): Record<string, unknown>[] {
  const cells = columns.map((column) => [column.name, cellsOf(column, rows)] as const);
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(cells.map(([name, values]) => [name, values[row]])),
  );
}

function cellsOf({ kind, nulls, numbers, text, lengths }: OutputColumn, rows: number): unknown[] {
  let start = 0;
  return Array.from({ length: rows }, (_, row) => {
    const length = lengths?.[row] ?? 0;
    const piece = text?.slice(start, start + length) ?? '';
    start += length;
    if (kind === 'null' || nulls?.[row] === 1) return null;
    if (kind === 'boolean') return numbers?.[row] === 1;
    if (kind === 'date') return new Date(numbers?.[row] ?? Number.NaN).toISOString();
    if (kind === 'bigint') return BigInt(piece);
    if (kind === 'json') return JSON.parse(piece) as unknown;
    return numbers === null ? piece : numbers[row];
  });
}

/** Whether a process is there. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
