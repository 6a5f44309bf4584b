import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnProfile, Profile } from '#lib/contracts/profile.ts';
import { quoteIdentifier, quoteLiteral } from '#lib/sql/quote.ts';
import { measuredOf, withFinite, type Measured } from './profile-columns.ts';
import { countEach, distinctCounts } from './profile-distinct.ts';
import { factsOf, type Facts } from './profile-facts.ts';
import { shapesOf, topsOf, type Shape } from './profile-shapes.ts';
import { storedRows } from './run-segment.ts';
import { stagedSchema } from './staged-files.ts';
import { restoredColumns } from './stored-types.ts';

/**
 * Up to here everything is exact. Beyond, distinct values are estimated where there are many, and shapes are taken from a random sample of so
 * many rows: a share is then off by 0.3 per cent of the rows at most, nineteen times in twenty.
 */
const BASIS_ROWS = 100_000;
/** Columns of one statement: wide tables would make it deep and slow to plan. */
const COLUMNS_AT_ONCE = 64;
/** Texts in the sample are cut, or a hundred thousand documents would have to fit. */
const SAMPLED_CHARACTERS = 1000;
const SAMPLE_TABLE = '"@sample"';

export interface ProfileWork {
  path: string;
  /** Share done, 0 to 1, before each statement; DuckDB tells how far within it. */
  onPart?: (part: { from: number; to: number }) => void;
}

/** What the rows of a staged file look like. */
export async function profileStaged(
  connection: DuckDBConnection,
  { path, onPart }: ProfileWork,
): Promise<Profile> {
  const started = performance.now();
  const schema = await stagedSchema(connection, path);
  const rows = await storedRows(connection, path);
  const batches = inBatches(schema.map(measuredOf));
  const columns: ColumnProfile[] = [];
  for (const [index, batch] of batches.entries()) {
    const onBatch = (from: number, to: number) =>
      onPart?.({ from: (index + from) / batches.length, to: (index + to) / batches.length });
    columns.push(...(await profileBatch(connection, batch, { all: renamed(path, batch), rows, onBatch })));
  }
  return {
    rows,
    basis: { rows: Math.min(rows, BASIS_ROWS), sampled: rows > BASIS_ROWS },
    columns,
    computedAt: new Date().toISOString(),
    durationMs: performance.now() - started,
  };
}

interface Batch {
  /** All rows, as SQL. */
  all: string;
  rows: number;
  onBatch: (from: number, to: number) => void;
}

async function profileBatch(
  connection: DuckDBConnection,
  batch: readonly Measured[],
  { all, rows, onBatch }: Batch,
): Promise<ColumnProfile[]> {
  const isSampled = rows > BASIS_ROWS;
  const source = withFinite(all, batch);
  const basis = withFinite(isSampled ? SAMPLE_TABLE : all, batch);
  try {
    if (isSampled) {
      onBatch(0, 0.2);
      await drawSample(connection, batch, { source: all, rows });
    }
    onBatch(0.2, 0.25);
    const distinct = isSampled
      ? await distinctCounts(connection, batch, { sample: SAMPLE_TABLE, rows })
      : batch.map(countEach);
    onBatch(0.25, 0.85);
    const facts = await factsOf(connection, batch, { source, distinct });
    onBatch(0.85, 0.92);
    const shapes = await shapesOf(connection, facts, basis);
    onBatch(0.92, 1);
    const tops = await topsOf(connection, batch, basis);
    return facts.map((fact, at) => profileOf(fact, shapes[at], tops[at] ?? null));
  } finally {
    if (isSampled) await connection.run(`DROP TABLE IF EXISTS ${SAMPLE_TABLE}`);
  }
}

/** The columns of a staged file under the names that they are measured by. */
function renamed(path: string, batch: readonly Measured[]): string {
  const names = batch.map(({ column, sql }) => `${quoteIdentifier(column.name)} AS ${sql}`);
  const restored = restoredColumns(batch.map(({ column }) => column));
  return `(SELECT ${names.join(', ')} FROM (SELECT ${restored} FROM read_parquet(${quoteLiteral(path)})))`;
}

function inBatches(columns: readonly Measured[]): Measured[][] {
  const count = Math.ceil(columns.length / COLUMNS_AT_ONCE);
  return Array.from({ length: count }, (_, index) =>
    columns.slice(index * COLUMNS_AT_ONCE, (index + 1) * COLUMNS_AT_ONCE),
  );
}

/**
 * Draws the sample, every row with the same chance. A few too many are drawn row by row, in parallel; drawing a fixed
 * number among all rows would take twice as long.
 */
async function drawSample(
  connection: DuckDBConnection,
  batch: readonly Measured[],
  { source, rows }: { source: string; rows: number },
): Promise<void> {
  const columns = batch.map(({ kind, length, sql }) =>
    kind === 'text' && length !== null ? `left(${sql}, ${SAMPLED_CHARACTERS}) AS ${sql}` : sql,
  );
  // Six standard deviations more than are needed.
  const percent = Math.min(100, ((BASIS_ROWS + 6 * Math.sqrt(BASIS_ROWS)) / rows) * 100);
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${SAMPLE_TABLE} AS FROM (SELECT ${columns.join(', ')} FROM ${source} USING SAMPLE ${percent} PERCENT (bernoulli)) USING SAMPLE reservoir(${BASIS_ROWS} ROWS)`,
  );
}

function profileOf(
  { measured, counted }: Facts,
  shape: Shape | undefined,
  top: ColumnProfile['top'],
): ColumnProfile {
  const { name, type } = measured.column;
  return {
    name,
    type,
    kind: measured.kind,
    ...counted,
    quantiles: shape?.quantiles ?? null,
    histogram: shape?.histogram ?? null,
    top,
  };
}
