import { spawn } from 'node:child_process';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#lib/errors/app-error.ts';
import { ensureSandboxBundle } from './bundle.mjs';
import { Sandbox } from './sandbox.ts';
import { isAlive, runCode } from './testing/run-code.ts';

let sandbox: Sandbox;
beforeAll(ensureSandboxBundle);
beforeEach(() => {
  sandbox = new Sandbox();
});
afterEach(() => {
  sandbox.close();
});

/** Code that says when it has begun, and then waits or loops. */
function begun(code: string, options: Parameters<typeof runCode>[2] = {}) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const outcome = runCode(sandbox, `console.log('begun'); ${code}`, {
    ...options,
    onLog: () => {
      resolve();
    },
  });
  return { promise, outcome };
}

const WAIT = 'await new Promise((go) => setTimeout(go, 500)); return row';

describe('processes', () => {
  it('serve one job after the other', async () => {
    for (let job = 0; job < 3; job += 1) expect((await runCode(sandbox, 'return row')).rows).toHaveLength(3);
    expect(sandbox.processIds).toHaveLength(1);
  });

  it('are one for each job at a time; one that is killed takes its own job along and no other', async () => {
    const killed = begun('for (;;);');
    await killed.promise;
    const [pid] = sandbox.processIds;
    const other = begun(WAIT);
    await other.promise;
    expect(sandbox.processIds).toHaveLength(2);
    process.kill(pid ?? expect.fail(), 'SIGKILL');
    expect((await killed.outcome).error?.code).toBe('sandbox-ended');
    expect((await other.outcome).rows).toHaveLength(3);
    expect((await runCode(sandbox, 'return row')).rows).toHaveLength(3);
  });

  it('end when a job is aborted, with the reason of that', async () => {
    const stop = new AbortController();
    const { promise, outcome } = begun('for (;;);', { signal: stop.signal });
    await promise;
    stop.abort(new AppError('cancelled', 'Enough.'));
    expect((await outcome).error).toMatchObject({ code: 'cancelled', message: 'Enough.' });
    expect(sandbox.processIds).toEqual([]);
  });

  it('end with the sandbox', async () => {
    const { promise, outcome } = begun('for (;;);');
    await promise;
    const [pid] = sandbox.processIds;
    sandbox.close();
    expect((await outcome).error?.code).toBe('cancelled');
    await expect.poll(() => isAlive(pid ?? 0)).toBe(false);
    expect((await runCode(sandbox, 'return row')).error?.code).toBe('cancelled');
  });

  it('end when taking the whole result takes too long, batch by batch', async () => {
    // 600 ms for each 20,000 rows: none of the batches is too slow by itself.
    const slow = 'toJSON() { const end = Date.now() + 600; while (Date.now() < end); return 1 }';
    const code = `return Array.from({ length: 80_000 }, (_, i) => ({ o: i % 20_000 ? [] : { ${slow} } }))`;
    const given = [{ name: 'n', kind: 'integer' as const, values: [1] }];
    const outcome = await runCode(sandbox, code, { given, timeLimitMs: 1500 });
    expect(outcome.error).toMatchObject({ code: 'code-timeout', message: expect.stringMatching(/1\.5 s/) });
    expect(sandbox.processIds).toEqual([]);
  });

  it('end when nobody takes the rest of the rows', async () => {
    const given = [
      { name: 'n', kind: 'integer' as const, values: Array.from({ length: 50_000 }, (_, n) => n) },
    ];
    const { batches } = await import('./testing/run-code.ts');
    const rows = sandbox.run({
      form: 'rows',
      code: 'return row',
      parameters: {},
      inputs: [{ name: null, columns: [{ name: 'n', kind: 'integer' }] }],
      rows: [batches(given, 1000)],
      memoryLimitMb: 128,
      timeLimitMs: 5000,
      signal: new AbortController().signal,
      onLog: () => undefined,
    });
    for await (const batch of rows) {
      expect(batch.rows).toBe(1000);
      break;
    }
    expect(sandbox.processIds).toEqual([]);
  });

  it('end with the one that started them, whatever they are doing', async () => {
    const script = `
      import { Sandbox } from ${JSON.stringify(new URL('./sandbox.ts', import.meta.url).href)};
      import { runCode } from ${JSON.stringify(new URL('./testing/run-code.ts', import.meta.url).href)};
      const sandbox = new Sandbox();
      await runCode(sandbox, 'console.log(1); for (;;);', { onLog: () => process.send(sandbox.processIds[0]) });`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const pid = await new Promise<number>((resolve) =>
      parent.once('message', (message) => {
        resolve(message as number);
      }),
    );
    expect(isAlive(pid)).toBe(true);
    parent.kill('SIGKILL');
    await expect.poll(() => isAlive(pid), { timeout: 5000 }).toBe(false);
  });

  it('end when they grow far over the limit in memory that the isolate does not count', async () => {
    // What the process itself allocates for lines on their way is no part of the isolate.
    const code =
      'const text = "x".repeat(2 ** 27); const all = []; for (let i = 0; ; i += 1) all.push((text + i).toWellFormed(), new Date().toISOString())';
    const { error } = await runCode(sandbox, code, { memoryLimitMb: 16 });
    expect(error?.code).toMatch(/^code-(memory|failed)$/);
  });

  it('know nothing of the environment and the files of the one that starts them', async () => {
    const { readFileSync } = await import('node:fs');
    const { promise, outcome } = begun(WAIT);
    await promise;
    const [pid] = sandbox.processIds;
    if (process.platform === 'linux') {
      const environment = readFileSync(`/proc/${pid ?? 0}/environ`, 'utf8')
        .split('\0')
        .map((entry) => entry.split('=')[0]);
      expect(environment.filter((name) => name !== '').sort()).toEqual([
        'LANG',
        'NODE_CHANNEL_FD',
        'NODE_CHANNEL_SERIALIZATION_MODE',
        'NODE_ENV',
        'TZ',
      ]);
      const command = readFileSync(`/proc/${pid ?? 0}/cmdline`, 'utf8').split('\0');
      expect(command).toContain('--permission');
      expect(command.filter((flag) => flag.startsWith('--allow'))).toEqual([
        '--allow-addons',
        expect.stringMatching(/^--allow-fs-read=.*\/sandbox\/\*$/),
      ]);
      expect(readFileSync(`/proc/${pid ?? 0}/oom_score_adj`, 'utf8').trim()).toBe('1000');
    }
    await outcome;
  });
});

describe('rows', () => {
  it('come in batches and go out in the same order', async () => {
    const given = [
      { name: 'n', kind: 'integer' as const, values: Array.from({ length: 25_000 }, (_, n) => n) },
    ];
    const { rows } = await runCode(sandbox, 'return { n: row.n, index }', { given, batchRows: 4000 });
    expect(rows).toHaveLength(25_000);
    expect(rows?.every(({ n, index }, at) => n === at && index === at)).toBe(true);
  });
  it('more come out than go in', async () => {
    const { rows } = await runCode(sandbox, 'return Array.from({ length: 30000 }, (_, i) => ({ i }))');
    expect(rows).toHaveLength(90_000);
  });
});
