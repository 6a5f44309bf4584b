/**
 * `npm run soak [-- --kills 200 --minutes 60 --seed 1]`: kills runs at random moments, carries each on, and compares
 * what came out with runs that nobody disturbed. Ends with code 1 when anything differs. Writes `bench/soak-result.md`.
 */
import { mkdtemp, chmod, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import {
  CliKills,
  pipelineAt,
  randomFrom,
  type KillOutcome,
} from '#server/runner/testing/kills/cli-kills.ts';
import { ServerKills } from '#server/runner/testing/kills/server-kills.ts';
import { isWebBuilt } from '#server/runner/testing/kills/web-process.ts';

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '200' },
    minutes: { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
  },
});
/** Enough for a run to take a good part of a second. */
const ROWS = 300_000;
const wanted = Number(values.kills);
const seed = Number(values.seed);
const deadline = Date.now() + Number(values.minutes) * 60_000;

const folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-soak-'));
// The database's own user passes through.
await chmod(folder, 0o711);
const random = randomFrom(seed);
const cli = await CliKills.open(path.join(folder, 'cli'), ROWS);
const server = await ServerKills.open(path.join(folder, 'data'), cli);
const hasWeb = isWebBuilt();
if (hasWeb) await server.openWeb();
const outcomes: KillOutcome[] = [];
const interrupted = new AbortController();
process.once('SIGINT', () => {
  interrupted.abort();
});
try {
  for (let index = 0; hits() < wanted && Date.now() < deadline && !interrupted.signal.aborted; index += 1) {
    const outcome = await oneKill(index);
    outcomes.push(outcome);
    say(outcome);
  }
} finally {
  await server.close();
  await rm(folder, { recursive: true, force: true });
}
await writeFile(path.join(import.meta.dirname, 'soak-result.md'), result());
process.stdout.write(result());
process.exit(outcomes.some(({ troubles }) => troubles.length > 0) ? 1 : 0);

function oneKill(index: number): Promise<KillOutcome> {
  const pipeline = pipelineAt(index);
  const dice = random();
  if (dice < 0.4) return cli.kill(pipeline, random);
  if (dice < 0.7) return server.kill('runner', pipeline, random);
  return server.kill(dice < 0.85 || !hasWeb ? 'PostgreSQL' : 'web', pipeline, random);
}

function hits(): number {
  return outcomes.filter(({ hit }) => hit).length;
}

function say({ target, pipeline, afterMs, hit, troubles }: KillOutcome): void {
  const what = `${hits()}/${wanted} ${target}, ${pipeline}, after ${afterMs} ms${hit ? '' : ' (it had ended)'}`;
  process.stderr.write(`${what}: ${troubles.length === 0 ? 'good' : troubles.join('; ')}\n`);
}

function result(): string {
  const row = (target: string): string => {
    const own = outcomes.filter((outcome) => outcome.target === target);
    const count = (test: (outcome: KillOutcome) => boolean) => own.filter(test).length;
    return `| ${target} | ${count(({ hit }) => hit)} | ${count(({ hit }) => !hit)} | ${count(({ troubles }) => troubles.length > 0)} |`;
  };
  const troubles = outcomes.flatMap((outcome) =>
    outcome.troubles.map(
      (trouble) => `- ${outcome.target}, ${outcome.pipeline}, after ${outcome.afterMs} ms: ${trouble}`,
    ),
  );
  const [cpu] = os.cpus();
  return [
    '# The last soak',
    '',
    `\`npm run soak -- --kills ${wanted} --minutes ${values.minutes} --seed ${seed}\` on ${new Date().toISOString().slice(0, 10)};`,
    `${os.availableParallelism()} × ${cpu?.model.trim() ?? 'unknown processor'}, Node ${process.version}, ${os.platform()}.`,
    '',
    `${hits()} of ${wanted} wanted kills (\`kill -9\`) met a run in its course. After each: every output held its old rows or its`,
    'new ones; carried on, outputs and counts were those of a run that nobody disturbed, and nothing was left behind.',
    'What did not hold is counted as trouble and listed.',
    '',
    '| Killed | in its course | too late | trouble |',
    '|---|---|---|---|',
    ...['sluice run', 'runner', 'PostgreSQL', 'web'].map(row),
    '',
    ...(hasWeb ? [] : ['The app was not built, so there was no web server to kill.', '']),
    ...(troubles.length > 0 ? [...troubles, ''] : []),
  ].join('\n');
}
