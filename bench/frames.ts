import path from 'node:path';
import { compare, sayRatio } from './compare.ts';
import { openPlain, type Laboratory } from './laboratory.ts';
import { sameRows } from './same-rows.ts';
import {
  aggregate,
  destination,
  documentOf,
  filter,
  mutate,
  order,
  pick,
  source,
  type Sketch,
} from './sketch.ts';
import type { Tables } from './data.ts';

const ROWS = [100, 1_000, 10_000, 100_000, 1_000_000];
/** Code is never the faster one. So long is waited for it at most where `auto` hands whole tables over (lib/plan/mode.ts). */
const WORTH_WAITING_MS = 1000;

interface Kind {
  name: string;
  sql: Sketch;
  code: Sketch;
}

/** The same work as SQL steps and as code; both write the same rows. */
function kinds(rows: string): Kind[] {
  const out = { sql: destination('out/sql.parquet'), code: destination('out/code.parquet') };
  return [
    {
      name: 'javascript: filter, group by, order',
      sql: {
        nodes: {
          rows: source(rows),
          dear: filter('o_totalprice > 250000'),
          groups: aggregate(['o_orderpriority'], {
            o_totalprice_sum: 'sum o_totalprice',
            o_totalprice_max: 'max o_totalprice',
          }),
          sorted: order('o_orderpriority'),
          out: out.sql,
        },
        edges: ['rows > dear > groups > sorted > out'],
      },
      code: {
        nodes: {
          rows: source(rows),
          code: [
            'javascript',
            {
              code: [
                "const dear = df.query(df['o_totalprice'].gt(250000));",
                "const groups = dear.groupby(['o_orderpriority']).agg({ o_totalprice: ['sum', 'max'] });",
                "return groups.sortValues('o_orderpriority');",
              ].join('\n'),
              columns: [
                { name: 'o_orderpriority', type: 'VARCHAR' },
                { name: 'o_totalprice_sum', type: 'DOUBLE' },
                { name: 'o_totalprice_max', type: 'DOUBLE' },
              ],
            },
          ],
          out: out.code,
        },
        edges: ['rows > code > out'],
      },
    },
    {
      name: 'map: two new columns',
      sql: {
        nodes: {
          rows: source(rows),
          more: mutate({ tax: 'o_totalprice * 0.19', text: "o_orderpriority || ' ' || o_orderstatus" }),
          few: pick('o_orderkey', 'tax', 'text'),
          out: out.sql,
        },
        edges: ['rows > more > few > out'],
      },
      code: {
        nodes: {
          rows: source(rows),
          code: [
            'map',
            {
              code: "return { o_orderkey: row.o_orderkey, tax: row.o_totalprice * 0.19, text: row.o_orderpriority + ' ' + row.o_orderstatus };",
              columns: [
                { name: 'o_orderkey', type: 'BIGINT' },
                { name: 'tax', type: 'DOUBLE' },
                { name: 'text', type: 'VARCHAR' },
              ],
            },
          ],
          out: out.code,
        },
        edges: ['rows > code > out'],
      },
    },
  ];
}

/** Code against SQL for growing numbers of rows, whole runs, the sandbox warm. */
export async function benchFrames(
  laboratory: Laboratory,
  {
    tables,
    rounds,
    quick,
    say,
  }: { tables: Tables; rounds: number; quick: boolean; say: (line: string) => void },
): Promise<void> {
  const { folder } = laboratory.equipment;
  const plain = await openPlain(laboratory.equipment, true);
  try {
    for (const [at, { name }] of kinds('').entries()) {
      say(`\nCode ÷ SQL by rows, to the last destination (median, middle half). ${name}`);
      const points: Point[] = [];
      for (const rows of quick ? ROWS.slice(0, 4) : ROWS) {
        const file = path.join(folder, `orders-${rows}.parquet`);
        await plain.connection.run(
          `COPY (SELECT o_orderkey, o_totalprice::DOUBLE AS o_totalprice, o_orderpriority, o_orderstatus FROM '${tables.orders}' LIMIT ${rows}) TO '${file}' (FORMAT parquet)`,
        );
        const kind = kinds(file)[at];
        if (!kind) throw new Error('a kind for each name');
        const run = (sketch: Sketch, mode: string) => async () => {
          const { toDestinationsMs, cpuMs } = await laboratory.run(documentOf(sketch, { mode }));
          return { milliseconds: toDestinationsMs, cpuMs };
        };
        const { ratios, milliseconds } = await compare(
          { sql: run(kind.sql, 'duckdb'), code: run(kind.code, 'memory') },
          Math.min(rounds, rows > 100_000 ? 3 : rounds),
        );
        await sameRows(
          plain.connection,
          path.join(folder, 'out/sql.parquet'),
          path.join(folder, 'out/code.parquet'),
        );
        const ratio = ratios.get('code');
        if (!ratio) continue;
        const ms = (way: string) => milliseconds.get(way)?.median ?? NaN;
        points.push({ rows, moreMs: ms('code') - ms('sql') });
        say(
          `${rows.toLocaleString('en-US').padStart(9)} rows   ${sayRatio(ratio)}   ${ms('code').toFixed(0)} ms against ${ms('sql').toFixed(0)} ms`,
        );
      }
      say(`it takes ${WORTH_WAITING_MS / 1000} s longer from ${sayCrossing(points)}`);
    }
  } finally {
    plain.close();
  }
}

interface Point {
  rows: number;
  /** By how much code takes longer. */
  moreMs: number;
}

/** Where the line between measured points reaches what a person may be made to wait. */
function sayCrossing(points: readonly Point[]): string {
  const count = (rows: number) => `${Math.round(rows).toLocaleString('en-US')} rows`;
  const after = points.findIndex(({ moreMs }) => moreMs >= WORTH_WAITING_MS);
  const [below, above] = [points[after - 1], points[after]];
  if (!above) return `more than ${count(points.at(-1)?.rows ?? 0)}`;
  if (!below) return `fewer than ${count(above.rows)}`;
  const share = (WORTH_WAITING_MS - below.moreMs) / (above.moreMs - below.moreMs);
  return `about ${count(below.rows + share * (above.rows - below.rows))}`;
}
