import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runReportSchema, type RunReport } from '#lib/contracts/run-record.ts';
import { documentOf, type Sketch } from './workbench.ts';

const CLI = fileURLToPath(new URL('../../cli/main.ts', import.meta.url));
const EVERY_MS = 20;

/** A run in a process of its own, and the most memory that the process had at once, in megabytes. Linux tells; else NaN. */
export async function measuredRun(
  sketch: Sketch,
  { folder, name }: { folder: string; name: string },
): Promise<{ report: RunReport; peakMb: number }> {
  const file = path.join(folder, `${name}.json`);
  await writeFile(file, JSON.stringify(documentOf(sketch)));
  const args = [CLI, 'run', file, '--json', '--fresh', '--data-dir', path.join(folder, `data-${name}`)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  let peakMb = Number.NaN;
  const timer = setInterval(() => {
    void peakOf(child.pid).then((now) => (peakMb = now ?? peakMb));
  }, EVERY_MS);
  try {
    let said = '';
    for await (const chunk of child.stdout.setEncoding('utf8')) said += String(chunk);
    return { report: runReportSchema.parse(JSON.parse(said)), peakMb };
  } finally {
    clearInterval(timer);
    child.kill('SIGKILL');
  }
}

async function peakOf(pid: number | undefined): Promise<number | null> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) / 1024;
}
