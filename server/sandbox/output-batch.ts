import { AppError } from '#lib/errors/app-error.ts';
import { tooSlow } from './sandbox-process.ts';
import {
  BATCH_ROWS,
  LONGEST_COLUMN_NAME,
  MOST_COLUMNS,
  OUTPUT_KINDS,
  type OutputColumn,
  type ResultBatch,
} from './wire.ts';

/** Texts of a batch beyond this would fill the runner's memory, which everybody's runs share. */
const MOST_TEXT = 96_000_000;
/** More digits than the widest integer type holds; reading them costs the square of their number. */
const MOST_DIGITS = 40;
const LAST_INSTANT_MS = 8.64e15;

/**
 * The batches of one result, as `take` gives them until it gives null. All of them together may be waited for only so
 * long, for a process that people's code has taken over may forge batches without end.
 */
export async function* resultBatches(
  take: (leftMs: number) => Promise<unknown>,
  limitMs: number,
): AsyncGenerator<ResultBatch, void, void> {
  let waitedMs = 0;
  let hasEmpty = false;
  while (waitedMs < limitMs) {
    const asked = performance.now();
    const answer = await take(limitMs - waitedMs);
    waitedMs += performance.now() - asked;
    const batch = checkedBatch(answer);
    if (batch === null) return;
    // One tells the columns of a result without rows.
    if (batch.rows === 0 && hasEmpty) refuse();
    hasEmpty ||= batch.rows === 0;
    yield batch;
  }
  throw tooSlow(limitMs);
}

/**
 * What came out of the sandbox, believed only after a look: sizes agree, kinds are known, names differ. Throws a `user`
 * AppError `code-result`; code that tampers with how its result is packed ends here.
 */
export function checkedBatch(answer: unknown): ResultBatch | null {
  if (answer === null) return null;
  const { rows, columns, usedChance } = asRecord(answer);
  if (typeof rows !== 'number' || !Number.isInteger(rows) || rows < 0 || rows > BATCH_ROWS) return refuse();
  if (!Array.isArray(columns) || columns.length > MOST_COLUMNS) return refuse();
  const checked = columns.map((column: unknown) => checkedColumn(column, rows));
  refuseMuchText(checked);
  if (new Set(checked.map(({ name }) => name)).size < checked.length) return refuse();
  return { rows, columns: checked, usedChance: usedChance !== false };
}

function checkedColumn(given: unknown, rows: number): OutputColumn {
  const { name, kind, nulls, numbers, text, lengths } = asRecord(given);
  const known = OUTPUT_KINDS.find((one) => one === kind);
  if (typeof name !== 'string' || !isName(name) || known === undefined) return refuse();
  const column: OutputColumn = {
    name,
    kind: known,
    nulls: nulls instanceof Uint8Array && nulls.length === rows ? nulls : nullOrRefuse(nulls),
    numbers: numbers instanceof Float64Array && numbers.length === rows ? numbers : nullOrRefuse(numbers),
    text: typeof text === 'string' ? text : nullOrRefuse(text),
    lengths: lengths instanceof Uint32Array && lengths.length === rows ? lengths : nullOrRefuse(lengths),
  };
  const isNumeric = known === 'number' || known === 'boolean' || known === 'date';
  const isWhole = isNumeric
    ? column.numbers !== null
    : known === 'null'
      ? rows === 0 || (column.nulls?.every((flag) => flag === 1) ?? false)
      : column.text !== null && sumOf(column.lengths) === column.text.length;
  if (!isWhole) return refuse();
  if (known === 'date') refuseNoDates(column);
  if (known === 'bigint') refuseNoIntegers(column);
  return column;
}

/** One that a column of a table can have. The isolate tells of others in the person's terms. */
function isName(name: string): boolean {
  return name !== '' && name.length <= LONGEST_COLUMN_NAME && !name.includes('\0') && name.isWellFormed();
}

function refuseMuchText(columns: readonly OutputColumn[]): void {
  const lengthOf = ({ text }: OutputColumn) => text?.length ?? 0;
  const total = columns.reduce((sum, column) => sum + lengthOf(column), 0);
  if (total <= MOST_TEXT) return;
  const longest = columns.reduce((one, other) => (lengthOf(other) > lengthOf(one) ? other : one));
  throw tooLong(
    `The values of the result are too long: up to ${BATCH_ROWS.toLocaleString('en-US')} rows at once may have ${MOST_TEXT.toLocaleString('en-US')} characters, and column "${longest.name}" alone has ${lengthOf(longest).toLocaleString('en-US')}.`,
    `Return shorter values in "${longest.name}", or leave it out.`,
  );
}

function refuseNoDates({ nulls, numbers }: OutputColumn): void {
  const isRight = (ms: number, row: number) => nulls?.[row] === 1 || Math.abs(ms) <= LAST_INSTANT_MS;
  if (!numbers?.every(isRight)) refuse();
}

function refuseNoIntegers({ name, nulls, text, lengths }: OutputColumn): void {
  let start = 0;
  lengths?.forEach((length, row) => {
    const end = start + length;
    if (nulls?.[row] !== 1) {
      const isNegative = text?.[start] === '-';
      const digits = length - (isNegative ? 1 : 0);
      if (digits > MOST_DIGITS)
        throw tooLong(
          `Column "${name}" holds a BigInt of ${digits.toLocaleString('en-US')} digits; ${MOST_DIGITS} is the most.`,
          'Return it as a text: String(value).',
        );
      if (!/^\d+$/.test(text?.slice(isNegative ? start + 1 : start, end) ?? '')) refuse();
    }
    start = end;
  });
}

function tooLong(message: string, hint: string): AppError {
  return new AppError('value-too-long', message, { hint, place: { path: ['code'] } });
}

function sumOf(lengths: Uint32Array | null): number {
  return lengths?.reduce((sum, length) => sum + length, 0) ?? -1;
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : refuse();
}

function nullOrRefuse(value: unknown): null {
  return value === null ? null : refuse();
}

function refuse(): never {
  throw new AppError('code-result', 'The result of the code cannot be read.', {
    hint: 'Leave the built-in objects of the language as they are.',
  });
}
