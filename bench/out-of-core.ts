import { compare, sayRatio } from './compare.ts';
import type { Tables } from './data.ts';
import type { FusedOptions } from './fused.ts';
import type { Laboratory } from './laboratory.ts';
import { aggregate, destination, documentOf, order, pick, source, type Sketch } from './sketch.ts';

const ROWS = 6_000_000;
/** In memory: eight numbers and dates of 52 bytes together, and four short texts of 16 bytes each. */
const ROW_BYTES = 116;
/** The four columns of the other side of the join. */
const OTHER_ROW_BYTES = 28;
const JOIN = 'join of the table with itself';

/** Work that must hold most of its rows at once, at scale 1: with less data, no limit that DuckDB can work with is small. */
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
    [JOIN]: {
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

/** The same pipelines with memory for a quarter of the data and with plenty. `tables` are those of scale 1. */
export async function benchOutOfCore(
  laboratory: Laboratory,
  { tables, rounds, only, say }: FusedOptions,
): Promise<void> {
  const plenty = laboratory.equipment.memoryLimitBytes;
  say(
    `\nA run with memory for a quarter of its rows ÷ the same with ${megabytes(plenty)} MB (median, middle half); what both buffered at most`,
  );
  for (const [name, sketch] of Object.entries(shapes(tables)).filter(([key]) => key.includes(only))) {
    const little = (ROWS * (ROW_BYTES + (name === JOIN ? OTHER_ROW_BYTES : 0))) / 4;
    const peaks = new Map<number, number>();
    const run = (memoryLimitBytes: number) => async () => {
      const { report, toDestinationsMs, cpuMs } = await laboratory.run(documentOf(sketch, {}), {
        memoryLimitBytes,
      });
      const buffered = report.segments.map(({ peakMemoryBytes }) => peakMemoryBytes ?? 0);
      peaks.set(memoryLimitBytes, Math.max(...buffered));
      return { milliseconds: toDestinationsMs, cpuMs };
    };
    const { ratios, cpuRatios } = await compare(
      { plenty: run(plenty), little: run(little) },
      Math.min(rounds, 3),
    );
    const [ratio, cpu] = [ratios.get('little'), cpuRatios.get('little')];
    if (ratio && cpu)
      say(
        `${name.padEnd(35)} ${megabytes(little)} MB ${sayRatio(ratio)}   processors ${sayRatio(cpu)}   ${megabytes(peaks.get(little))} MB, ${megabytes(peaks.get(plenty))} MB`,
      );
  }
}

function megabytes(bytes = NaN): string {
  return String(Math.round(bytes / 1e6));
}
