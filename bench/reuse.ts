import { compare, sayRatio } from './compare.ts';
import type { FusedOptions } from './fused.ts';
import type { Laboratory, TimedRun } from './laboratory.ts';
import { pipelines } from './pipelines.ts';
import { documentOf } from './sketch.ts';

/**
 * A run that finds everything done against one that does everything, from the document to the last sample. Both leave
 * their results for later runs.
 */
export async function benchReuse(
  laboratory: Laboratory,
  { tables, rounds, only, say }: FusedOptions,
): Promise<void> {
  say('\nA run that reuses all of an earlier one ÷ a full run, samples and all (median, middle half)');
  for (const { name, sketch } of pipelines(tables).filter((pipeline) => pipeline.name.includes(only))) {
    const document = documentOf(sketch, { staging: 'auto', counts: 'exact' });
    const run = async (fresh: boolean) =>
      whole(await laboratory.run(document, { reuse: { scope: 'bench', pipeline: name, fresh } }));
    const hit = async () => {
      const { report, ...times } = await run(false);
      const anew = report.nodes.filter((node) => !node.reused);
      if (anew.length > 0)
        throw new Error(`${name}: ${anew.map(({ id, reuseReason }) => `${id}: ${reuseReason}`).join(' ')}`);
      return times;
    };
    await run(true);
    const { ratios, milliseconds } = await compare({ full: () => run(true), hit }, rounds);
    const ratio = ratios.get('hit');
    const took = milliseconds.get('hit')?.median ?? NaN;
    const all = milliseconds.get('full')?.median ?? NaN;
    if (ratio)
      say(`${name.padEnd(50)} ${sayRatio(ratio, 3)}   ${took.toFixed(0)} ms of ${all.toFixed(0)} ms`);
  }
}

const whole = ({ report, wholeMs, wholeCpuMs }: TimedRun) => ({
  report,
  milliseconds: wholeMs,
  cpuMs: wholeCpuMs,
});
