import path from 'node:path';
import { compare, sayRatio, spreadOf } from './compare.ts';
import { documentOf } from './sketch.ts';
import { openPlain, time, type Laboratory } from './laboratory.ts';
import { pipelines, type Pipeline } from './pipelines.ts';
import { sameRows } from './same-rows.ts';
import type { Tables } from './data.ts';

const SETTINGS = {
  exact: { staging: 'auto', counts: 'exact' },
  fast: { staging: 'auto', counts: 'fast' },
} as const;

export interface FusedOptions {
  tables: Tables;
  rounds: number;
  /** Only pipelines whose name holds this. */
  only: string;
  say: (line: string) => void;
}

/** Each pipeline, with every node counted, against one query written by hand: with exact counts and with fast ones, in turns. */
export async function benchFused(laboratory: Laboratory, options: FusedOptions): Promise<void> {
  const { say } = options;
  say('\nA run to its last destination ÷ one hand-written COPY of the same rows (median, middle half)');
  say(row(['', 'hand ms', 'exact', 'fast', 'exact CPU', 'samples', 'unknown in fast']));
  const chosen = pipelines(options.tables).filter(({ name }) => name.includes(options.only));
  const medians = { exact: [] as number[], fast: [] as number[] };
  for (const pipeline of chosen) {
    const ratios = await benchOne(laboratory, pipeline, options);
    for (const key of ['exact', 'fast'] as const) medians[key].push(ratios[key]);
  }
  for (const [key, values] of Object.entries(medians)) {
    say(
      `${key}: median of ${values.length} pipelines ${spreadOf(values).median.toFixed(2)}, worst ${Math.max(...values).toFixed(2)}`,
    );
  }
}

async function benchOne(
  laboratory: Laboratory,
  pipeline: Pipeline,
  { rounds, say }: FusedOptions,
): Promise<Record<keyof typeof SETTINGS, number>> {
  const { folder } = laboratory.equipment;
  const byHand = path.join(folder, `by-hand.${pipeline.format}`);
  const format = pipeline.format === 'csv' ? 'FORMAT csv' : 'FORMAT parquet, PARQUET_VERSION v2';
  const plain = await openPlain(laboratory.equipment, pipeline.ordered);
  const samples: number[] = [];
  let unknown = 0;
  const ours = (key: keyof typeof SETTINGS) => async () => {
    const run = await laboratory.run(documentOf(pipeline.sketch, SETTINGS[key]));
    const uncounted = run.report.nodes.filter((node) => node.rowsOut === null).length;
    if (key === 'fast') unknown = uncounted;
    else if (uncounted > 0) throw new Error(`${pipeline.name}: ${uncounted} nodes were not counted`);
    if (key === 'exact') samples.push(run.samplesMs);
    return { milliseconds: run.toDestinationsMs, cpuMs: run.cpuMs };
  };
  try {
    const { ratios, cpuRatios, milliseconds } = await compare(
      {
        hand: () => time(plain.connection, `COPY (${pipeline.query}) TO '${byHand}' (${format})`),
        exact: ours('exact'),
        fast: ours('fast'),
      },
      rounds,
    );
    await sameRows(plain.connection, byHand, path.join(folder, 'out', `pipeline.${pipeline.format}`));
    const of = (key: string) => ratios.get(key) ?? spreadOf([]);
    const hand = milliseconds.get('hand')?.median ?? NaN;
    say(
      row([
        pipeline.name,
        hand.toFixed(0),
        sayRatio(of('exact')),
        sayRatio(of('fast')),
        (cpuRatios.get('exact')?.median ?? NaN).toFixed(2),
        `+${(spreadOf(samples).median / hand).toFixed(2)}`,
        String(unknown),
      ]),
    );
    return { exact: of('exact').median, fast: of('fast').median };
  } finally {
    plain.close();
  }
}

function row(cells: string[]): string {
  const widths = [50, 8, 18, 18, 10, 8, 15];
  return cells
    .map((cell, index) => cell.padEnd(widths[index] ?? 0))
    .join(' ')
    .trimEnd();
}
