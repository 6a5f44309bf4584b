import { compare, sayRatio } from './compare.ts';
import type { FusedOptions } from './fused.ts';
import type { Laboratory } from './laboratory.ts';
import { pipelines } from './pipelines.ts';
import { documentOf } from './sketch.ts';

/** What it costs to keep every node's rows. Writing many times the data takes long, so rounds are few. */
export async function benchStaging(
  laboratory: Laboratory,
  { tables, rounds, only, say }: FusedOptions,
): Promise<void> {
  say(
    '\nA run with staging: all ÷ the same with staging: auto, to the last destination (median, middle half)',
  );
  for (const { name, sketch } of pipelines(tables).filter((pipeline) => pipeline.name.includes(only))) {
    const run = (staging: string) => async () => {
      const { toDestinationsMs, cpuMs } = await laboratory.run(documentOf(sketch, { staging }));
      return { milliseconds: toDestinationsMs, cpuMs };
    };
    const { ratios } = await compare({ auto: run('auto'), all: run('all') }, Math.min(rounds, 3));
    const ratio = ratios.get('all');
    if (ratio) say(`${name.padEnd(50)} ${sayRatio(ratio)}`);
  }
}
