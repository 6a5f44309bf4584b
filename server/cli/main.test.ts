import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runReportSchema } from '#lib/contracts/run-record.ts';

const MAIN = path.join(path.dirname(fileURLToPath(import.meta.url)), 'main.ts');

let folder: string;
beforeAll(async () => {
  folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'sluice-cli-')));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** The real command in a process of its own, from another folder than the document's. */
function sluice(...args: string[]): Promise<Outcome> {
  return sluiceUntil(null, ...args);
}

/** The same, interrupted as by Ctrl-C a moment after it says `words` on standard error. */
function sluiceUntil(words: string | null, ...args: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: os.tmpdir(),
    env: { ...process.env, SLUICE_DATA_DIR: path.join(folder, 'data'), NO_COLOR: '1' },
  });
  const outcome: Outcome = { code: null, stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (outcome.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const said = words !== null && outcome.stderr.includes(words);
    outcome.stderr += text;
    if (words !== null && !said && outcome.stderr.includes(words))
      setTimeout(() => child.kill('SIGINT'), 300);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve({ ...outcome, code });
    });
  });
}

async function document(name: string, text: string): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, text);
  return file;
}

const GOOD = `version: 1
name: Good
parameters:
  least: { type: integer, default: 2 }
nodes:
  - { id: a, type: inline-source, config: { format: csv, content: "n,who\\n1,x\\n2,O'Hare\\n3,z\\n" } }
  - { id: b, type: filter, config: { condition: "n >= \${least}" } }
  - { id: out, type: file-destination, config: { path: out/b.csv } }
edges:
  - { source: a, target: b }
  - { source: b, target: out }
`;

describe('sluice run', () => {
  it("prints one report that keeps its contract; paths count from the document's folder", async () => {
    const { code, stdout, stderr } = await sluice('run', await document('good.yaml', GOOD), '--json');
    expect(code).toBe(0);
    const report = runReportSchema.parse(JSON.parse(stdout));
    expect(report.status).toBe('succeeded');
    expect(report.nodes.map(({ id, rowsIn, rowsOut }) => [id, rowsIn, rowsOut])).toEqual([
      ['a', null, 3],
      ['b', 3, 2],
      ['out', 2, 2],
    ]);
    expect(report.nodes[1]?.sample).toEqual([
      { n: 2, who: "O'Hare" },
      { n: 3, who: 'z' },
    ]);
    expect(stderr).toContain('b filter 2 rows');
    expect(await readFile(path.join(folder, 'out', 'b.csv'), 'utf8')).toBe("n,who\n2,O'Hare\n3,z\n");
  });

  it('takes parameters, slices and an earlier run', async () => {
    const file = await document('good.yaml', GOOD);
    const first = runReportSchema.parse(
      JSON.parse((await sluice('run', file, '--json', '--param', 'least=3')).stdout),
    );
    expect(first.nodes.find(({ id }) => id === 'b')?.rowsOut).toBe(1);
    const sliced = runReportSchema.parse(
      JSON.parse((await sluice('run', file, '--json', '--to', 'b')).stdout),
    );
    expect(sliced.nodes.map(({ id }) => id)).toEqual(['a', 'b']);
    const again = runReportSchema.parse(
      JSON.parse((await sluice('run', file, '--json', '--param', 'least=3', '--resume', first.runId)).stdout),
    );
    expect(again.nodes.map(({ reused }) => reused)).toEqual([true, true, true]);
  });

  it('ends with 2 for a wrong document, each fault with its line, column, code and remedy', async () => {
    const wrong = GOOD.replace('n >= ${least}', 'm >= 1 AND').replace('target: out', 'target: nowhere');
    const { code, stdout } = await sluice('run', await document('wrong.yaml', wrong), '--json');
    expect(code).toBe(2);
    const { error } = JSON.parse(stdout) as {
      error: {
        code: string;
        message: string;
        issues: { code: string; line: number; column: number; hint: string }[];
      };
    };
    expect(error.code).toBe('document-invalid');
    const errors = error.issues.map(({ code: fault, line }) => [fault, line]);
    expect(errors).toContainEqual(['dangling-edge', 11]);
    expect(errors.some(([, line]) => line === 7)).toBe(true);
    for (const issue of error.issues)
      expect(issue).toMatchObject({
        line: expect.any(Number) as number,
        column: expect.any(Number) as number,
        message: expect.any(String) as string,
      });
  });

  it.each([
    ['a document that is not there', ['run', 'nowhere.yaml', '--json'], 'document-not-found'],
    ['no file', ['run', '--json'], 'wrong-call'],
    ['an unknown option', ['run', 'x.yaml', '--nope', '--json'], 'wrong-call'],
    ['a parameter without a value', ['run', 'GOOD', '--param', 'least', '--json'], 'wrong-call'],
    ['an unknown parameter', ['run', 'GOOD', '--param', 'most=3', '--json'], 'document-invalid'],
    ['a node that is not there', ['run', 'GOOD', '--to', 'zzz', '--json'], 'node-not-found'],
    ['a run that is not kept', ['run', 'GOOD', '--resume', 'zzz', '--json'], 'run-not-found'],
    ['the distributed mode', ['run', 'GOOD', '--mode', 'distributed', '--json'], 'no-spark-connect'],
  ])('ends with 2 for %s', async (_, args, expected) => {
    const file = await document('good.yaml', GOOD);
    const { code, stdout } = await sluice(...args.map((arg) => (arg === 'GOOD' ? file : arg)));
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: expected } });
    expect(code).toBe(2);
  });

  it('ends with 1 when a node fails, as for a file that is missing, and still reports', async () => {
    const missing = GOOD.replace(
      /type: inline-source, config: .*$/m,
      'type: file-source, config: { path: gone.csv } }',
    );
    const { code, stdout } = await sluice('run', await document('missing.yaml', missing), '--json');
    expect(code).toBe(1);
    const report = runReportSchema.parse(JSON.parse(stdout));
    expect(report.nodes.map(({ id, status }) => [id, status])).toEqual([
      ['a', 'failed'],
      ['b', 'skipped'],
      ['out', 'skipped'],
    ]);
    expect(report.nodes[0]?.error?.code).toBe('file-not-found');
  });
});

it('without a command shows what there is', async () => {
  const { code, stderr } = await sluice();
  expect(code).toBe(2);
  expect(stderr).toMatch(/^Usage: sluice/);
  expect(stderr).not.toContain('outputHelp');
});

it('ends at its time limit, with its report and exit code, also where a single call goes on for hours', async () => {
  const file = await document(
    'endless.yaml',
    `version: 1
name: Endless
settings: { timeoutMs: 1000 }
nodes:
  - { id: a, type: inline-source, config: { format: csv, content: "n\\n1\\n" } }
  - { id: long, type: mutate, config: { columns: [{ name: d, expression: "levenshtein(repeat('ab', 2000000), repeat('ba', 2000000) || n)" }] } }
edges:
  - { source: a, target: long }
`,
  );
  const { code, stdout } = await sluice('run', file, '--json');
  expect(code).toBe(1);
  const report = runReportSchema.parse(JSON.parse(stdout));
  expect(report).toMatchObject({ status: 'failed', error: { code: 'run-timeout' } });
}, 60_000);

it('stops at Ctrl-C: cancelled, exit code 1, and what was there before still there', async () => {
  const file = await document(
    'endless.yaml',
    `version: 1
name: Endless
nodes:
  - { id: many, type: sql, config: { query: "SELECT i FROM range(1000000000000) t(i)" } }
  - { id: out, type: file-destination, config: { path: out/many.csv } }
edges: [{ source: many, target: out }]
`,
  );
  await mkdir(path.join(folder, 'out'), { recursive: true });
  await writeFile(path.join(folder, 'out', 'many.csv'), 'old\n');
  const { code, stdout } = await sluiceUntil('mode duckdb', 'run', file, '--json');
  expect(code).toBe(1);
  expect(runReportSchema.parse(JSON.parse(stdout))).toMatchObject({
    status: 'cancelled',
    nodes: [{ status: 'cancelled' }, { status: 'cancelled' }],
  });
  expect(await readFile(path.join(folder, 'out', 'many.csv'), 'utf8')).toBe('old\n');
  expect((await readdir(path.join(folder, 'out'))).filter((name) => name.startsWith('.'))).toEqual([]);
});

describe('sluice validate', () => {
  it('ends with 0, 1 or 2 as the document is good, lacks an input, or is wrong', async () => {
    expect((await sluice('validate', await document('good.yaml', GOOD))).code).toBe(0);
    const missing = GOOD.replace(
      /type: inline-source, config: .*$/m,
      'type: file-source, config: { path: gone.csv } }',
    );
    expect((await sluice('validate', await document('missing.yaml', missing))).code).toBe(1);
    const wrong = await sluice(
      'validate',
      await document('wrong.yaml', GOOD.replace('type: filter', 'type: fliter')),
    );
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/^7:\d+ error .*fliter/);
    expect(wrong.stderr).toContain('Did you mean "filter"?');
  });
});

describe('sluice nodes', () => {
  it('lists the types and shows one', async () => {
    expect((await sluice('nodes')).stdout).toContain('filter');
    const { stdout, code } = await sluice('nodes', 'filter', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      type: 'filter',
      config: { properties: { condition: { type: 'string' } } },
    });
    expect((await sluice('nodes', 'fliter')).code).toBe(2);
  });
});
