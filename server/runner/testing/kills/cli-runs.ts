import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runReportSchema, type RunReport } from '#lib/contracts/run-record.ts';
import { readManifest } from '../../staging/manifest.ts';

const CLI = path.join(path.dirname(fileURLToPath(import.meta.url)), '../../../cli/main.ts');

export interface CliRun {
  document: string;
  dataDirectory: string;
  more?: string[];
}

/** `sluice run` to its end. Throws what it said where it answers no report. */
export async function runToTheEnd(run: CliRun): Promise<RunReport> {
  const child = start(run);
  let [out, said] = ['', ''];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said += text));
  await once(child, 'close');
  const parsed = runReportSchema.safeParse(JSON.parse(out || '{}'));
  if (!parsed.success)
    throw new Error(`the run ended with ${child.exitCode}: ${out.slice(0, 2000)} ${said.slice(-2000)}`);
  return parsed.data;
}

/** Kills `sluice run` so long after its run began. Answers the run's id, and whether it was still running. */
export async function runAndKill(
  run: CliRun,
  afterMs: number,
): Promise<{ runId: string; wasRunning: boolean }> {
  const before = new Set(await runsIn(run.dataDirectory));
  const child = start(run);
  child.stdout?.resume();
  child.stderr?.resume();
  const ended = once(child, 'close');
  const runId = await newRun(run.dataDirectory, before, child);
  await new Promise((resolve) => setTimeout(resolve, afterMs));
  child.kill('SIGKILL');
  await ended;
  return { runId, wasRunning: child.signalCode === 'SIGKILL' };
}

function start({ document, dataDirectory, more = [] }: CliRun): ChildProcess {
  return spawn(process.execPath, [CLI, 'run', document, '--data-dir', dataDirectory, '--json', ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** A run has begun when it has a manifest. */
async function newRun(
  dataDirectory: string,
  before: ReadonlySet<string>,
  child: ChildProcess,
): Promise<string> {
  while (child.exitCode === null) {
    for (const id of await runsIn(dataDirectory)) {
      if (!before.has(id) && (await readManifest(path.join(dataDirectory, 'staging', id)))) return id;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('it ended before it began');
}

async function runsIn(dataDirectory: string): Promise<string[]> {
  const root = path.join(dataDirectory, 'staging');
  const names = await readdir(root).catch(() => []);
  const runs = names.filter((name) => name !== 'artefacts' && name !== 'history');
  const found = await Promise.all(runs.map((name) => stat(path.join(root, name)).catch(() => null)));
  return runs.filter((_, index) => found[index]?.isDirectory());
}
