import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnProfile, Profile } from '#lib/contracts/profile.ts';
import type { JsonValue } from '#lib/contracts/run-record.ts';
import { quoteIdentifier, quoteLiteral } from '#lib/sql/quote.ts';
import { jsonValue } from './json-rows.ts';
import { bucketIndex, bucketsOf, filledBuckets, type Buckets } from './profile-buckets.ts';
import { measuredOf, SHOWN_CHARACTERS, withFinite, type Measured } from './profile-columns.ts';
import { storedRows } from './run-segment.ts';
import { stagedSchema } from './staged-files.ts';
import { restoredColumns } from './stored-types.ts';

/**
 * Up to here everything is exact. Beyond, distinct values are estimated over all rows, and shapes are taken from a
 * random sample of about so many: a share is then off by 0.3 per cent of the rows at most, nineteen times in twenty.
 */
const BASIS_ROWS = 100_000;
/** Columns of one statement: wide tables would make it deep and slow to plan. */
const COLUMNS_AT_ONCE = 64;
const TOP_VALUES = 8;
const QUANTILES = [0.05, 0.25, 0.5, 0.75, 0.95];
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
  const isSampled = rows > BASIS_ROWS;
  const batches = inBatches(schema.map(measuredOf));
  const columns: ColumnProfile[] = [];
  let basisRows = rows;
  for (const [index, batch] of batches.entries()) {
    const part = (from: number, to: number) =>
      onPart?.({ from: (index + from) / batches.length, to: (index + to) / batches.length });
    const all = renamed(path, batch);
    part(0, 0.65);
    const facts = await factsOf(connection, batch, { source: withFinite(all, batch), isExact: !isSampled });
    part(0.65, 0.85);
    const basis = withFinite(isSampled ? SAMPLE_TABLE : all, batch);
    try {
      if (isSampled) basisRows = await drawSample(connection, batch, { source: all, rows });
      part(0.85, 0.92);
      const shapes = await shapesOf(connection, facts, basis);
      part(0.92, 1);
      const tops = await topsOf(connection, batch, basis);
      columns.push(...facts.map((fact, at) => profileOf(fact, shapes[at], tops[at] ?? null)));
    } finally {
      if (isSampled) await connection.run(`DROP TABLE IF EXISTS ${SAMPLE_TABLE}`);
    }
  }
  return {
    rows,
    basis: { rows: basisRows, sampled: isSampled },
    columns,
    computedAt: new Date().toISOString(),
    durationMs: performance.now() - started,
  };
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

/** What one pass over all rows tells. */
interface Facts {
  measured: Measured;
  counted: Pick<ColumnProfile, 'nulls' | 'distinct' | 'min' | 'max' | 'mean' | 'notFinite' | 'lengths'>;
  buckets: Buckets | null;
}

const FACTS = [
  'rows',
  'values',
  'good',
  'distinct',
  'min',
  'max',
  'low',
  'high',
  'mean',
  'shortest',
  'meanLength',
  'longest',
] as const;
type FactName = (typeof FACTS)[number];

function factSql(measured: Measured, isExact: boolean): Record<FactName, string> {
  const { sql, good, position, length, hasOrder, kind } = measured;
  const end = (call: string) => {
    if (!hasOrder) return 'NULL';
    return kind === 'text'
      ? `left(CAST(${call}(${good}) AS VARCHAR), ${SHOWN_CHARACTERS})`
      : `${call}(${good})`;
  };
  const lengths = (call: string) => (length === null ? 'NULL' : `${call}(${length})`);
  return {
    rows: 'count(*)',
    values: `count(${sql})`,
    good: `count(${good})`,
    distinct: isExact ? `count(DISTINCT ${sql})` : `approx_count_distinct(${sql})`,
    min: end('min'),
    max: end('max'),
    low: position?.(`min(${good})`) ?? 'NULL',
    high: position?.(`max(${good})`) ?? 'NULL',
    mean: kind === 'number' && position ? `avg(${position(good)})` : 'NULL',
    shortest: lengths('min'),
    meanLength: lengths('avg'),
    longest: lengths('max'),
  };
}

async function factsOf(
  connection: DuckDBConnection,
  batch: readonly Measured[],
  { source, isExact }: { source: string; isExact: boolean },
): Promise<Facts[]> {
  const expressions = batch.flatMap((measured) => {
    const texts = factSql(measured, isExact);
    return FACTS.map((name) => texts[name]);
  });
  const row = await readOne(connection, expressions, source);
  const cellsOf = (index: number) => (name: FactName) =>
    row[index * FACTS.length + FACTS.indexOf(name)] ?? null;
  const odd = await oddOf(
    connection,
    batch.filter((_, index) => cellsOf(index)('values') !== cellsOf(index)('good')),
    source,
  );
  return batch.map((measured, index) => {
    const cell = cellsOf(index);
    const values = number(cell('values')) ?? 0;
    const low = number(cell('low'));
    const high = number(cell('high'));
    const longest = number(cell('longest'));
    const none = measured.finite === null ? null : { nan: 0, positive: 0, negative: 0 };
    return {
      measured,
      counted: {
        nulls: (number(cell('rows')) ?? 0) - values,
        // An estimate may be more than there can be.
        distinct: { count: Math.min(number(cell('distinct')) ?? 0, values), approximate: !isExact },
        min: cell('min'),
        max: cell('max'),
        mean: number(cell('mean')),
        notFinite: odd.get(measured) ?? none,
        lengths:
          longest === null
            ? null
            : { min: number(cell('shortest')) ?? 0, mean: number(cell('meanLength')) ?? 0, max: longest },
      },
      buckets: low === null || high === null ? null : bucketsOf(low, high, measured.step),
    };
  });
}

/** NaN and the infinities one by one, of columns that hold any. */
async function oddOf(
  connection: DuckDBConnection,
  columns: readonly Measured[],
  source: string,
): Promise<Map<Measured, NonNullable<ColumnProfile['notFinite']>>> {
  const expressions = columns.flatMap(({ sql, kind, finite }) => {
    const isNumber = kind === 'number';
    const zero = isNumber ? '0' : `'1970-01-01'`;
    const nan = isNumber ? `isnan(${sql})` : 'false';
    return [
      `count_if(${nan})`,
      `count_if(NOT ${finite} AND NOT ${nan} AND ${sql} > ${zero})`,
      `count_if(NOT ${finite} AND ${sql} < ${zero})`,
    ];
  });
  const row = columns.length === 0 ? [] : await readOne(connection, expressions, source);
  return new Map(
    columns.map((column, index) => {
      const [nan, positive, negative] = row.slice(index * 3).map((cell) => number(cell) ?? 0);
      return [column, { nan: nan ?? 0, positive: positive ?? 0, negative: negative ?? 0 }];
    }),
  );
}

/** Every row has the same chance, so about `BASIS_ROWS` come; unlike a fixed number, they are drawn in parallel. */
async function drawSample(
  connection: DuckDBConnection,
  batch: readonly Measured[],
  { source, rows }: { source: string; rows: number },
): Promise<number> {
  const columns = batch.map(({ kind, length, sql }) =>
    kind === 'text' && length !== null ? `left(${sql}, ${SAMPLED_CHARACTERS}) AS ${sql}` : sql,
  );
  const percent = (BASIS_ROWS / rows) * 100;
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE ${SAMPLE_TABLE} AS SELECT ${columns.join(', ')} FROM ${source} USING SAMPLE ${percent} PERCENT (bernoulli)`,
  );
  return number((await readOne(connection, ['count(*)'], SAMPLE_TABLE))[0] ?? null) ?? 0;
}

interface Shape {
  quantiles: ColumnProfile['quantiles'];
  histogram: ColumnProfile['histogram'];
}

async function shapesOf(
  connection: DuckDBConnection,
  facts: readonly Facts[],
  basis: string,
): Promise<Shape[]> {
  const texts = facts.flatMap(({ measured: { position, good }, buckets }) => {
    return position === null || buckets === null
      ? ['NULL', 'NULL']
      : [
          `quantile_disc(${good}, [${QUANTILES.join(', ')}])`,
          // greatest() and least() pass over NULL, so it is kept from them.
          `histogram(${bucketIndex(position(good), buckets)}) FILTER (WHERE ${good} IS NOT NULL)`,
        ];
  });
  const row = await readOne(connection, texts, basis);
  return facts.map(({ measured, buckets }, index) => {
    const values = row[index * 2];
    const counts = row[index * 2 + 1];
    return {
      quantiles: Array.isArray(values)
        ? QUANTILES.map((at, order) => ({ at, value: values[order] ?? null }))
        : null,
      histogram:
        buckets === null ? null : filledBuckets(buckets, countsByBucket(counts), shownPosition(measured)),
    };
  });
}

function countsByBucket(counts: JsonValue | undefined): Map<number, number> {
  const pairs = Array.isArray(counts) ? counts : [];
  return new Map(
    pairs.flatMap((pair) =>
      pair !== null && typeof pair === 'object' && !Array.isArray(pair)
        ? [[number(pair['key'] ?? null) ?? 0, number(pair['value'] ?? null) ?? 0] as const]
        : [],
    ),
  );
}

/** The most frequent values of each column; none where no value comes twice and there are more than are shown. */
async function topsOf(
  connection: DuckDBConnection,
  batch: readonly Measured[],
  basis: string,
): Promise<ColumnProfile['top'][]> {
  const texts = batch.map(({ shown, kind, sql }) => {
    if (shown === null) return 'NULL';
    const value =
      kind === 'number' || kind === 'time' || kind === 'boolean'
        ? 'v'
        : `left(CAST(v AS VARCHAR), ${SHOWN_CHARACTERS})`;
    return `(SELECT list({v: ${value}, n: n} ORDER BY n DESC, v) FROM (SELECT ${shown} AS v, count(*) AS n FROM ${basis} WHERE ${sql} IS NOT NULL GROUP BY ALL ORDER BY n DESC, v LIMIT ${TOP_VALUES}))`;
  });
  const row = await readOne(connection, texts, null);
  return row.map((cell, index) => {
    if (batch[index]?.shown === null) return null;
    const top = (Array.isArray(cell) ? cell : []).flatMap((entry) =>
      entry !== null && typeof entry === 'object' && !Array.isArray(entry)
        ? [{ value: entry['v'] ?? null, rows: number(entry['n'] ?? null) ?? 0 }]
        : [],
    );
    return top.length === TOP_VALUES && top[0]?.rows === 1 ? null : top;
  });
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

/** A place on the line as the column's values are written: to a number's or an instant's own measure. */
function shownPosition({ kind, column }: Measured): (position: number) => JsonValue {
  if (kind === 'number') return (position) => position;
  if (column.type === 'TIME') return (position) => new Date(position * 1000).toISOString().slice(11, 19);
  return (position) => {
    const date = new Date(position * 1000);
    // Beyond what a Date can hold there are still years.
    if (Number.isNaN(date.getTime())) return position;
    const text = date.toISOString().replace('.000Z', 'Z');
    if (column.type === 'DATE') return text.slice(0, text.indexOf('T'));
    return column.type === 'TIMESTAMP WITH TIME ZONE' ? text : text.replace('Z', '');
  };
}

/** One row of expressions, as JSON. */
async function readOne(
  connection: DuckDBConnection,
  expressions: readonly string[],
  source: string | null,
): Promise<JsonValue[]> {
  const columns = expressions.map((expression, index) => `${expression} AS c${index}`).join(', ');
  const reader = await connection.runAndReadAll(
    `SELECT ${columns}${source === null ? '' : ` FROM ${source}`}`,
  );
  const [values] = reader.getRows();
  return expressions.map((_, index) => jsonValue(values?.[index] ?? null));
}

function number(value: JsonValue): number | null {
  if (value === null || typeof value === 'object' || typeof value === 'boolean') return null;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : null;
}
