import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { getPriority, tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { processIdentity } from '../process-identity.ts';
import { superviseChild, type Child } from './child.ts';
import { openLogFile } from './log-file.ts';

let folder: string;
let lines: string[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sluice-child-'));
  lines = [];
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function script(text: string): string {
  const file = path.join(folder, 'script.mjs');
  writeFileSync(file, text);
  return file;
}

function start(text: string): Child {
  return superviseChild({
    name: 'test',
    command: [script(text)],
    env: { NODE_ENV: 'test', PATH: process.env.PATH, GIVEN: 'this' },
    logFile: path.join(folder, 'child.log'),
    print: (line) => lines.push(line),
    changed: () => undefined,
  });
}

const printed = (text: string) =>
  vi.waitFor(() => expect(lines.join('\n')).toContain(text), { timeout: 10_000 });

it('a child has the environment that it was given, and its lines are printed and kept', async () => {
  const child = start(
    "console.log('got', process.env.GIVEN, process.env.HOME); setInterval(() => {}, 1000);",
  );
  await printed('[test] got this undefined');
  await child.stop(5000);
  expect(readFileSync(path.join(folder, 'child.log'), 'utf8')).toMatch(/^\S+Z got this undefined$/m);
});

it('steps back for others where it is told to', async () => {
  const child = superviseChild({
    name: 'test',
    command: [script("console.log('up'); setInterval(() => {}, 1000);")],
    env: { NODE_ENV: 'test', PATH: process.env.PATH },
    logFile: path.join(folder, 'child.log'),
    niceness: 7,
    print: (line) => lines.push(line),
    changed: () => undefined,
  });
  await printed('up');
  const { pid = 0 } = child.running() ?? {};
  expect(getPriority(pid)).toBe(7);
  await child.stop(5000);
});

it('one that ends is started again, after growing pauses', async () => {
  const child = start("console.log('hello'); process.exit(3);");
  await printed('starting again in 0.5 s');
  await printed('starting again in 1 s');
  await child.stop(5000);
  const count = lines.length;
  await new Promise((resolve) => setTimeout(resolve, 2500));
  expect(lines).toHaveLength(count);
});

it('is asked to end, has time for it, and is ended with all that it started past the time', async () => {
  const polite = start(
    "process.on('SIGTERM', () => setTimeout(() => { console.log('drained'); process.exit(0); }, 300)); console.log('up'); setInterval(() => {}, 1000);",
  );
  await printed('up');
  await polite.stop(5000);
  expect(lines).toContain('[test] drained');

  const deaf = start(
    "import { spawn } from 'node:child_process'; const grandchild = spawn('sleep', ['600']); process.on('SIGTERM', () => {}); console.log('grandchild', grandchild.pid); setInterval(() => {}, 1000);",
  );
  await printed('grandchild');
  const pid = Number(/grandchild (\d+)/.exec(lines.join('\n'))?.[1]);
  expect(processIdentity(pid)).toBeDefined();
  await deaf.stop(200);
  await vi.waitFor(() => expect(processIdentity(pid)).toBeUndefined());
});

it('ends by itself when the supervisor is killed', async () => {
  const marker = path.join(folder, 'pid');
  script(
    `import { writeFileSync } from 'node:fs'; writeFileSync(${JSON.stringify(marker)}, String(process.pid)); setInterval(() => {}, 1000);`,
  );
  const supervisor = path.join(folder, 'supervisor.ts');
  writeFileSync(
    supervisor,
    `
    import { superviseChild } from ${JSON.stringify(path.join(import.meta.dirname, 'child.ts'))};
    superviseChild({ name: 'x', command: [${JSON.stringify(path.join(folder, 'script.mjs'))}], env: process.env,
      logFile: ${JSON.stringify(path.join(folder, 'x.log'))}, print: () => {}, changed: () => {} });
  `,
  );
  const process_ = spawn(process.execPath, [supervisor], { stdio: 'inherit' });
  await vi.waitFor(() => expect(existsSync(marker) && readFileSync(marker, 'utf8')).toBeTruthy(), {
    timeout: 10_000,
  });
  const pid = Number(readFileSync(marker, 'utf8'));
  process_.kill('SIGKILL');
  await vi.waitFor(() => expect(processIdentity(pid)).toBeUndefined(), { timeout: 10_000 });
});

it('a log file does not grow for ever', () => {
  const file = path.join(folder, 'long.log');
  const log = openLogFile(file, 1000);
  for (let index = 0; index < 100; index += 1) log.write(`${'x'.repeat(99)}\n`);
  log.close();
  expect(readFileSync(file).length + readFileSync(`${file}.1`).length).toBeLessThanOrEqual(2200);
});
