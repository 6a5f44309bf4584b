import { AppError } from '#lib/errors/app-error.ts';
import {
  BATCH_ROWS,
  LONGEST_COLUMN_NAME,
  MOST_COLUMNS,
  OUTPUT_KINDS,
  type OutputBatch,
  type OutputColumn,
} from './wire.ts';

/**
 * What came out of the sandbox, believed only after a look: sizes agree, kinds are known, names differ. Throws a `user`
 * AppError `code-result`; code that tampers with how its result is packed ends here.
 */
export function checkedBatch(answer: unknown): OutputBatch | null {
  if (answer === null) return null;
  const { rows, columns } = asRecord(answer);
  if (typeof rows !== 'number' || !Number.isInteger(rows) || rows < 0 || rows > BATCH_ROWS) return refuse();
  if (!Array.isArray(columns) || columns.length > MOST_COLUMNS) return refuse();
  const checked = columns.map((column: unknown) => checkedColumn(column, rows));
  if (new Set(checked.map(({ name }) => name)).size < checked.length) return refuse();
  return { rows, columns: checked };
}

function checkedColumn(given: unknown, rows: number): OutputColumn {
  const { name, kind, nulls, numbers, text, lengths } = asRecord(given);
  const known = OUTPUT_KINDS.find((one) => one === kind);
  if (typeof name !== 'string' || name.length > LONGEST_COLUMN_NAME || known === undefined) return refuse();
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
  return isWhole ? column : refuse();
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
