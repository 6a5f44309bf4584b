import { documentOf, filter, source, type Sketch } from './sketch.ts';
import { spreadOf, type Spread } from './compare.ts';
import type { Laboratory } from './laboratory.ts';
import type { Tables } from './data.ts';

/** Nodes that have next to nothing to do, over 25 rows, so that what is measured is the runner. */
const SHAPES = {
  chain: (nation: string, count: number): Sketch => ({
    nodes: Object.fromEntries([
      ['n0', source(nation)],
      ...Array.from({ length: count - 1 }, (_, index) => [
        `n${index + 1}`,
        filter(`n_nationkey <> ${index + 100}`),
      ]),
    ]) as Sketch['nodes'],
    edges: [Array.from({ length: count }, (_, index) => `n${index}`).join(' > ')],
  }),
  wide: (nation: string, count: number): Sketch => ({
    nodes: Object.fromEntries([
      ['n0', source(nation)],
      ...Array.from({ length: count - 2 }, (_, index) => [
        `n${index + 1}`,
        filter(`n_nationkey <> ${index + 100}`),
      ]),
      ['all', ['union', {}]],
    ]) as Sketch['nodes'],
    edges: Array.from({ length: count - 2 }, (_, index) => `n0 > n${index + 1} > all`),
  }),
};

/** A runner has run for a while: so many nodes go before, whose time does not count. */
const WARM_NODES = 200;

const COUNTS = { chain: [10, 100, 1000], wide: [10, 100, 1000] };

/** The time of a run of trivial nodes, per node, for growing numbers of them. Linear means: the figures do not grow. */
export async function benchOverhead(
  laboratory: Laboratory,
  { tables, rounds, say }: { tables: Tables; rounds: number; say: (line: string) => void },
): Promise<void> {
  say(
    '\nMilliseconds per trivial node (median, middle half): execution until the last node is done; all samples besides',
  );
  for (const shape of ['chain', 'wide'] as const) {
    const sketch = SHAPES[shape];
    for (const count of COUNTS[shape]) {
      const runs: number[] = [];
      const samples: number[] = [];
      const cpu: number[] = [];
      let statements = 0;
      const warmUp = Math.max(1, Math.round(WARM_NODES / count));
      for (let round = -warmUp; round < rounds; round++) {
        const run = await laboratory.run(documentOf(sketch(tables.nation, count), {}));
        statements = run.report.segments.length;
        if (round < 0) continue;
        runs.push(run.executionMs / count);
        samples.push(run.samplesMs / count);
        cpu.push(run.executionCpuMs / count);
      }
      say(
        `${shape.padEnd(6)} ${String(count).padStart(5)} nodes in ${String(statements).padStart(3)} statements   ${perNode(spreadOf(runs))}   of processors ${perNode(spreadOf(cpu))}   samples ${perNode(spreadOf(samples))}`,
      );
    }
  }
}

const perNode = ({ median, low, high }: Spread) =>
  `${median.toFixed(2)} (${low.toFixed(2)}–${high.toFixed(2)})`;
