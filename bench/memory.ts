import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import type { FusedOptions } from './fused.ts';
import { WAYS, type Measured, type WayName } from './memory-of-one.ts';
import { pipelines } from './pipelines.ts';

const run = promisify(execFile);
const MEGABYTE = 1024 * 1024;

/** The most memory that a process has had at once which did one piece of work and nothing else. */
export async function benchMemory({
  scale,
  tables,
  only,
  say,
}: FusedOptions & { scale: number }): Promise<void> {
  const idle = await measure('nothing', { scale, name: '' });
  say(
    '\nThe most memory at once in MB, of a process of its own for each way; ÷ is that way over the hand-written query,',
  );
  say(`less the ${idle.peakMb} MB that a process has with DuckDB and all our code loaded and nothing to do`);
  say(
    `${''.padEnd(50)} ${Object.keys(WAYS)
      .map((way) => way.padEnd(15))
      .join(' ')}`,
  );
  for (const { name } of pipelines(tables).filter((pipeline) => pipeline.name.includes(only))) {
    const cells: string[] = [];
    let byHand = NaN;
    for (const way of Object.keys(WAYS) as WayName[]) {
      const { peakMb } = await measure(way, { scale, name });
      const own = peakMb - idle.peakMb;
      if (way === 'hand') byHand = own;
      cells.push(way === 'hand' ? String(own) : `${own} ÷ ${(own / byHand).toFixed(2)}`);
    }
    say(`${name.padEnd(50)} ${cells.map((cell) => cell.padEnd(15)).join(' ')}`.trimEnd());
  }
}

async function measure(
  way: WayName | 'nothing',
  { scale, name }: { scale: number; name: string },
): Promise<{ peakMb: number }> {
  const file = path.join(import.meta.dirname, 'memory-of-one.ts');
  const { stdout } = await run(process.execPath, [file, way, String(scale), name]);
  const { peakBytes } = JSON.parse(stdout) as Measured;
  return { peakMb: Math.round(peakBytes / MEGABYTE) };
}
