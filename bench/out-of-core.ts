import { compare, sayRatio } from './compare.ts';
import type { Tables } from './data.ts';
import type { Laboratory } from './laboratory.ts';
import { aggregate, destination, documentOf, order, pick, source, type Sketch } from './sketch.ts';

/** In memory the rows of `lineitem` take about 600 MB at scale 1. */
const DATA_BYTES = 600e6;

/** Work that must hold most of its rows at once. */
function shapes({ lineitem }: Tables): Record<string, Sketch> {
  const out = destination('out/large.parquet');
  return {
    'group by as many keys as rows': {
      nodes: {
        lineitem: source(lineitem),
        groups: aggregate(['l_orderkey', 'l_linenumber'], {
          price: 'sum l_extendedprice',
          mode: 'max l_shipmode',
          shipped: 'max l_shipdate',
        }),
        out,
      },
      edges: ['lineitem > groups > out'],
    },
    'sort of all columns': {
      nodes: { lineitem: source(lineitem), sorted: order('l_extendedprice', 'l_orderkey'), out },
      edges: ['lineitem > sorted > out'],
    },
    'join of the table with itself': {
      nodes: {
        lineitem: source(lineitem),
        few: pick('l_orderkey', 'l_linenumber', 'l_quantity', 'l_extendedprice'),
        both: [
          'join',
          {
            how: 'inner',
            on: [
              { left: 'l_orderkey', right: 'l_orderkey' },
              { left: 'l_linenumber', right: 'l_linenumber' },
            ],
          },
        ],
        out,
      },
      edges: ['lineitem > both.left', 'lineitem > few > both.right', 'both > out'],
    },
    'window over many partitions': {
      nodes: {
        lineitem: source(lineitem),
        ranked: [
          'window',
          {
            columns: [
              {
                name: 'position',
                expression: 'row_number()',
                partitionBy: ['l_partkey'],
                orderBy: [{ column: 'l_shipdate' }, { column: 'l_orderkey' }],
              },
            ],
          },
        ],
        out,
      },
      edges: ['lineitem > ranked > out'],
    },
    'distinct rows': {
      nodes: { lineitem: source(lineitem), distinct: ['deduplicate', {}], out },
      edges: ['lineitem > distinct > out'],
    },
  };
}

/** The same pipelines with memory for a quarter of the data and with plenty. */
export async function benchOutOfCore(
  laboratory: Laboratory,
  {
    tables,
    scale,
    rounds,
    say,
  }: { tables: Tables; scale: number; rounds: number; say: (line: string) => void },
): Promise<void> {
  const limit = Math.max(64e6, (DATA_BYTES * scale) / 4);
  say(
    `\nA run with memory for a quarter of its data (${Math.round(limit / 1e6)} MB) ÷ the same with ${Math.round(laboratory.equipment.memoryLimitBytes / 1e6)} MB (median, middle half)`,
  );
  for (const [name, sketch] of Object.entries(shapes(tables))) {
    const run = (memoryLimitBytes?: number) => async () => {
      const { toDestinationsMs, cpuMs } = await laboratory.run(
        documentOf(sketch, {}),
        memoryLimitBytes === undefined ? {} : { memoryLimitBytes },
      );
      return { milliseconds: toDestinationsMs, cpuMs };
    };
    const { ratios } = await compare({ plenty: run(), little: run(limit) }, Math.min(rounds, 3));
    const ratio = ratios.get('little');
    if (ratio) say(`${name.padEnd(50)} ${sayRatio(ratio)}`);
  }
}
