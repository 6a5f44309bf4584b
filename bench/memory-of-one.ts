/** One piece of work in a process that does nothing else; tells the most memory that this process had at once. */
import os from 'node:os';
import path from 'node:path';
import { prepareTables } from './data.ts';
import { Laboratory, openPlain } from './laboratory.ts';
import { pipelines } from './pipelines.ts';
import { documentOf } from './sketch.ts';

/** The settings of each way; null for the hand-written query. */
export const WAYS = {
  hand: null,
  fast: { staging: 'auto', counts: 'fast' },
  exact: { staging: 'auto', counts: 'exact' },
  all: { staging: 'all', counts: 'exact' },
} as const;
export type WayName = keyof typeof WAYS;

export interface Measured {
  peakBytes: number;
}

if (process.argv[1] === import.meta.filename) {
  const [way = 'nothing', scale = '1', name = ''] = process.argv.slice(2);
  await work(way as WayName | 'nothing', Number(scale), name);
  // Kilobytes, whatever the system counts in.
  const measured: Measured = { peakBytes: process.resourceUsage().maxRSS * 1024 };
  process.stdout.write(JSON.stringify(measured));
}

async function work(way: WayName | 'nothing', scale: number, name: string): Promise<void> {
  const folder = path.join(os.tmpdir(), 'sluice-bench');
  const laboratory = await Laboratory.open({
    folder: path.join(folder, `work-${process.pid}`),
    threads: os.availableParallelism(),
    memoryLimitBytes: 4e9,
  });
  try {
    const plain = await openPlain(laboratory.equipment, false);
    plain.close();
    if (way === 'nothing') return;
    // Made before, by the process that asks: nothing is computed here for it.
    const tables = await prepareTables(folder, scale);
    const pipeline = pipelines(tables).find((one) => one.name === name);
    if (!pipeline) throw new Error(`There is no pipeline "${name}".`);
    const settings = WAYS[way];
    if (settings !== null) await laboratory.run(documentOf(pipeline.sketch, settings));
    else {
      const { connection, close } = await openPlain(laboratory.equipment, pipeline.ordered);
      const out = path.join(laboratory.equipment.folder, `by-hand.${pipeline.format}`);
      const format = pipeline.format === 'csv' ? 'FORMAT csv' : 'FORMAT parquet, PARQUET_VERSION v2';
      await connection.run(`COPY (${pipeline.query}) TO '${out}' (${format})`);
      close();
    }
  } finally {
    await laboratory.close();
  }
}
