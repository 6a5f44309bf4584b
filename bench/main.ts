import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { prepareTables } from './data.ts';
import { benchFrames } from './frames.ts';
import { benchFused } from './fused.ts';
import { benchMemory } from './memory.ts';
import { benchObservability } from './observability.ts';
import { benchOutOfCore } from './out-of-core.ts';
import { benchOverhead } from './overhead.ts';
import { benchReuse } from './reuse.ts';
import { benchStaging } from './staging.ts';
import { Laboratory } from './laboratory.ts';

const USAGE = `npm run bench -- [--quick] [--rounds N] [--only TEXT] [NAME…]
  fused      runs against queries written by hand
  staging    keeping every node's rows against keeping what is needed
  reuse      a run that finds everything done against a full one
  outofcore  memory for a quarter of the data against plenty
  overhead   milliseconds per node of chains and wide graphs
  memory     the most memory of each way, in processes of their own
  observe    10,000 events a second, observed against unobserved
  frames     code against SQL, by the number of rows
  --quick    a tenth of the rows, fewer rounds
  --only     pipelines whose name holds this`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    only: { type: 'string', default: '' },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) say(USAGE);
else await bench();

async function bench(): Promise<void> {
  const folder = path.join(os.tmpdir(), 'sluice-bench');
  await mkdir(folder, { recursive: true });
  const rounds = Number(values.rounds ?? (values.quick ? 5 : 7));
  const laboratory = await Laboratory.open({
    folder: path.join(folder, `work-${process.pid}`),
    threads: os.availableParallelism(),
    memoryLimitBytes: 4e9,
  });
  const wanted = (name: string) => positionals.length === 0 || positionals.includes(name);
  say(
    `${new Date().toISOString()} ${os.availableParallelism()} × ${os.cpus()[0]?.model ?? 'unknown'}, node ${process.version}, load ${os
      .loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}, ${rounds} rounds`,
  );
  try {
    const scale = values.quick ? 0.1 : 1;
    const tables = await prepareTables(folder, scale);
    if (wanted('fused')) await benchFused(laboratory, { tables, rounds, only: values.only, say });
    if (wanted('staging')) await benchStaging(laboratory, { tables, rounds, only: values.only, say });
    if (wanted('reuse')) await benchReuse(laboratory, { tables, rounds, only: values.only, say });
    if (wanted('outofcore')) {
      const large = await prepareTables(folder, 1);
      await benchOutOfCore(laboratory, { tables: large, rounds, only: values.only, say });
    }
    if (wanted('overhead')) await benchOverhead(laboratory, { tables, rounds: Math.min(rounds, 5), say });
    if (wanted('observe')) await benchObservability(laboratory, { tables, rounds, say });
    if (wanted('memory')) await benchMemory({ tables, scale, rounds, only: values.only, say });
    if (wanted('frames')) await benchFrames(laboratory, { tables, rounds, quick: values.quick, say });
  } finally {
    await laboratory.close();
  }
}
