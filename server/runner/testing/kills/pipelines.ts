import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { documentOf, type Sketch } from '../workbench.ts';

const KINDS = 12;

/** A pipeline to be broken off, and what it writes. `least` makes one version of its outputs differ from another. */
export interface KilledPipeline {
  name: string;
  document: Record<string, unknown>;
  /** Relative paths of what it writes. */
  outputs: string[];
}

const file = (name: string): Record<string, unknown> => ({
  type: 'file-source',
  config: { path: `data/${name}` },
});
const to = (name: string, config: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: 'file-destination',
  config: { path: `out/${name}`, ...config },
});
const recent = { type: 'filter', config: { condition: 'n >= ${least}' } };
const sums = {
  type: 'aggregate',
  config: {
    groupBy: ['k'],
    aggregations: [
      { function: 'sum', column: 'v', as: 'total' },
      { function: 'count', as: 'rows' },
    ],
  },
};

function pipeline(
  name: string,
  outputs: string[],
  sketch: Pick<Sketch, 'nodes' | 'edges' | 'settings'>,
): KilledPipeline {
  const parameters = { least: { type: 'integer', default: 1 } };
  return {
    name,
    outputs: outputs.map((output) => `out/${output}`),
    document: documentOf({ ...sketch, parameters }),
  };
}

/** Shapes that differ in what is fused, what is staged, and what is swapped in: files, many files, folders. */
export const PIPELINES: readonly KilledPipeline[] = [
  pipeline('chain', ['chain.parquet', 'chain-sums.csv'], {
    nodes: { facts: file('facts.csv'), recent, sums, all: to('chain.parquet'), some: to('chain-sums.csv') },
    edges: ['facts -> recent', 'recent -> all', 'recent -> sums', 'sums -> some'],
  }),
  pipeline('diamond', ['diamond.csv'], {
    settings: { staging: 'all' },
    nodes: {
      facts: file('facts.csv'),
      recent,
      sums,
      joined: { type: 'join', config: { how: 'inner', on: [{ left: 'k', right: 'k' }] } },
      out: to('diamond.csv'),
    },
    edges: [
      'facts -> recent',
      'recent -> sums',
      { source: 'recent', target: 'joined', targetPort: 'left' },
      { source: 'sums', target: 'joined', targetPort: 'right' },
      'joined -> out',
    ],
  }),
  pipeline('folders', ['parts', 'parts-of-sums'], {
    nodes: {
      facts: file('facts.csv'),
      recent,
      sums,
      parts: to('parts', { format: 'parquet', partitionBy: ['k'] }),
      summed: to('parts-of-sums', { format: 'csv', partitionBy: ['k'] }),
    },
    edges: ['facts -> recent', 'recent -> parts', 'recent -> sums', 'sums -> summed'],
  }),
  pipeline('master', ['master.ndjson'], {
    nodes: {
      facts: file('facts.csv'),
      kinds: { ...file('kinds.csv'), masterData: true },
      recent,
      named: {
        type: 'sql',
        config: { query: 'SELECT f.n, f.v, m.label FROM input f JOIN master.kinds m ON m.k = f.k' },
      },
      sorted: { type: 'order', config: { by: [{ column: 'n', direction: 'desc' }] } },
      out: to('master.ndjson'),
    },
    edges: ['facts -> recent', 'recent -> named', 'named -> sorted', 'sorted -> out'],
  }),
  pipeline('wide', ['wide-0.csv', 'wide-1.parquet', 'wide-2.ndjson', 'wide.csv'], {
    nodes: {
      facts: file('facts.csv'),
      recent,
      ...Object.fromEntries(
        [0, 1, 2].map((rest) => [
          `part${rest}`,
          { type: 'filter', config: { condition: `k % 3 = ${rest}` } },
        ]),
      ),
      to0: to('wide-0.csv'),
      to1: to('wide-1.parquet'),
      to2: to('wide-2.ndjson'),
      again: { type: 'union', config: { by: 'name' } },
      out: to('wide.csv'),
    },
    edges: [
      'facts -> recent',
      ...[0, 1, 2].flatMap((rest) => [
        `recent -> part${rest}`,
        `part${rest} -> to${rest}`,
        `part${rest} -> again`,
      ]),
      'again -> out',
    ],
  }),
];

/** What the pipelines read, below a folder. */
export async function writeInputs(folder: string, rows: number): Promise<void> {
  await mkdir(path.join(folder, 'data'), { recursive: true });
  const facts = Array.from(
    { length: rows },
    (_, n) => `${n},${(n * 7919) % KINDS},${(n * 31) % 1009},note ${n % 97}`,
  );
  const kinds = Array.from({ length: KINDS }, (_, k) => `${k},kind ${k}`);
  await writeFile(path.join(folder, 'data', 'facts.csv'), `n,k,v,note\n${facts.join('\n')}\n`);
  await writeFile(path.join(folder, 'data', 'kinds.csv'), `k,label\n${kinds.join('\n')}\n`);
}
