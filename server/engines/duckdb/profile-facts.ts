import type { DuckDBConnection } from '@duckdb/node-api';
import type { ColumnProfile } from '#lib/contracts/profile.ts';
import { bucketsOf, type Buckets } from './profile-buckets.ts';
import { SHOWN_CHARACTERS, type Measured } from './profile-columns.ts';
import type { DistinctCount } from './profile-distinct.ts';
import { number, readOne } from './profile-read.ts';

/** What one pass over all rows tells. */
export interface Facts {
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

function factSql(measured: Measured, distinct: string): Record<FactName, string> {
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
    distinct,
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

interface FactsOf {
  /** All rows, as SQL. */
  source: string;
  /** By column. */
  distinct: readonly DistinctCount[];
}

/** One pass over all rows. */
export async function factsOf(
  connection: DuckDBConnection,
  batch: readonly Measured[],
  { source, distinct }: FactsOf,
): Promise<Facts[]> {
  const expressions = batch.flatMap((measured, index) => {
    const texts = factSql(measured, distinct[index]?.sql ?? 'NULL');
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
        distinct: {
          count: Math.min(number(cell('distinct')) ?? 0, values),
          approximate: distinct[index]?.approximate ?? false,
        },
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
