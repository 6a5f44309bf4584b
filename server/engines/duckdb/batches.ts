import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  DuckDBBooleanVector,
  DuckDBDataChunk,
  DuckDBDoubleVector,
  VARCHAR,
  type DuckDBConnection,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import { quoteIdentifier } from '#lib/sql/quote.ts';
import { prepareBound, type BoundParameters } from './bind-parameters.ts';

/** The types in which cells travel between the engine and JavaScript; every other type is cast to one of them. */
export type CarrierType = 'BOOLEAN' | 'DOUBLE' | 'BIGINT' | 'VARCHAR';

/** A column of a batch as it leaves the engine: numbers (booleans as 0 and 1), or one long text with lengths. */
export interface CellBatch {
  rows: number;
  cells: {
    nulls: Uint8Array | null;
    numbers: Float64Array | null;
    text: string | null;
    lengths: Uint32Array | null;
  }[];
}

/** Rows on their way in: a list of values for each column. */
export interface ValueBatch {
  rows: number;
  columns: (boolean | number | bigint | string | null)[][];
}

export interface LoadedTable {
  /** Quoted; may follow FROM in statements of ordered segments. */
  table: string;
  rows: number;
}

const TYPES: Record<CarrierType, DuckDBType> = { BOOLEAN, DOUBLE, BIGINT, VARCHAR };

/** A batch has at least this many rows, while there are any: crossing into a sandbox costs about as much as 1,000 rows. */
const BATCH_ROWS = 16_384;

/** Hands the rows of a SELECT, whose columns are of carrier types, to `take`, batch after batch, in order. */
export async function streamBatches(
  connection: DuckDBConnection,
  { select, parameters }: { select: string; parameters: BoundParameters },
  take: (batch: CellBatch) => Promise<void>,
): Promise<void> {
  const statement = await prepareBound(connection, select, parameters);
  try {
    const result = await statement.stream();
    let chunks: DuckDBDataChunk[] = [];
    let rows = 0;
    for (
      let chunk = await result.fetchChunk();
      chunk && chunk.rowCount > 0;
      chunk = await result.fetchChunk()
    ) {
      chunks.push(chunk);
      rows += chunk.rowCount;
      if (rows < BATCH_ROWS) continue;
      await take(packed(chunks, rows, result.columnCount));
      chunks = [];
      rows = 0;
    }
    if (rows > 0) await take(packed(chunks, rows, result.columnCount));
  } finally {
    statement.destroySync();
  }
}

function packed(chunks: readonly DuckDBDataChunk[], rows: number, columns: number): CellBatch {
  return { rows, cells: Array.from({ length: columns }, (_, column) => packedColumn(chunks, rows, column)) };
}

function packedColumn(
  chunks: readonly DuckDBDataChunk[],
  rows: number,
  column: number,
): CellBatch['cells'][number] {
  const nulls = new Uint8Array(rows);
  const first = chunks[0]?.getColumnVector(column);
  const isNumeric = first instanceof DuckDBDoubleVector || first instanceof DuckDBBooleanVector;
  const numbers = isNumeric ? new Float64Array(rows) : null;
  const texts: string[] = [];
  const lengths = isNumeric ? null : new Uint32Array(rows);
  let at = 0;
  let hasNulls = false;
  for (const chunk of chunks) {
    const vector = chunk.getColumnVector(column);
    for (let row = 0; row < chunk.rowCount; row += 1, at += 1) {
      const value = vector.getItem(row);
      if (value === null) {
        nulls[at] = 1;
        hasNulls = true;
      } else if (numbers) numbers[at] = Number(value);
      else if (lengths) {
        const text = value as string;
        texts.push(text);
        lengths[at] = text.length;
      }
    }
  }
  return { nulls: hasNulls ? nulls : null, numbers, text: lengths && texts.join(''), lengths };
}

/** DuckDB's own size of a chunk; a bigger one does not exist. */
const CHUNK_ROWS = 2048;

/** Keeps rows as a table of the instance, which spills what does not fit in memory. */
export async function loadBatches(
  connection: DuckDBConnection,
  { table, columns }: { table: string; columns: { name: string; type: CarrierType }[] },
  batches: AsyncIterable<ValueBatch>,
): Promise<LoadedTable> {
  const listed = columns.map(({ name, type }) => `${quoteIdentifier(name)} ${type}`).join(', ');
  const quoted = quoteIdentifier(table);
  await connection.run(`CREATE TABLE ${quoted} (${listed})`);
  let rows = 0;
  try {
    const appender = await connection.createAppender(table);
    try {
      const types = columns.map(({ type }) => TYPES[type]);
      for await (const batch of batches) {
        rows += batch.rows;
        for (let from = 0; from < batch.rows; from += CHUNK_ROWS) {
          const count = Math.min(CHUNK_ROWS, batch.rows - from);
          const chunk = DuckDBDataChunk.create(types, count);
          chunk.setColumns(batch.columns.map((values): DuckDBValue[] => values.slice(from, from + count)));
          appender.appendDataChunk(chunk);
        }
        appender.flushSync();
      }
    } finally {
      appender.closeSync();
    }
  } catch (error) {
    await connection.run(`DROP TABLE ${quoted}`);
    throw error;
  }
  return { table: quoted, rows };
}
