import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fromDuckDB } from './duckdb-error.ts';
import { LockedInstance, type InstanceSettings } from './instance.ts';
import { leftBehind } from './left-behind.ts';
import { memoryBudget } from './memory-budget.ts';
import { readNumber, readText } from './read-rows.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-instance-'));
  for (const name of ['open', 'open-not', 'shut']) {
    await mkdir(path.join(folder, name));
    await writeFile(path.join(folder, name, 'a.csv'), 'a\n1\n');
  }
});
afterAll(() => rm(folder, { recursive: true }));

const settings = (more: Partial<InstanceSettings> = {}): InstanceSettings => ({
  allowedDirectories: [path.join(folder, 'open')],
  allowedPaths: [],
  tempDirectory: path.join(folder, 'spill'),
  memoryLimitBytes: 256 * 1024 * 1024,
  threads: 2,
  preserveInsertionOrder: true,
  connections: 1,
  ...more,
});

async function withInstance<T>(
  more: Partial<InstanceSettings>,
  work: (instance: LockedInstance) => Promise<T>,
): Promise<T> {
  const instance = await LockedInstance.open(settings(more));
  try {
    return await work(instance);
  } finally {
    await instance.close();
  }
}

/** Some seconds without a look at interrupts. */
const ONE_LONG_CALL = `SELECT levenshtein(repeat('ab', 25000), repeat('ba', 25000) || CAST(range AS VARCHAR)) FROM range(1)`;

describe('a locked instance', () => {
  it('reaches its own folders and files and no others, whoever asks', async () => {
    await withInstance({ allowedPaths: [path.join(folder, 'shut', 'a.csv')] }, async (instance) => {
      const read = (file: string) =>
        instance
          .use((connection) =>
            readNumber(connection, `SELECT count(*) FROM read_csv('${path.join(folder, file)}')`),
          )
          .catch((error: unknown) => fromDuckDB(error).code);
      expect(await read('open/a.csv')).toBe(1);
      expect(await read('shut/a.csv')).toBe(1);
      expect(await read('open-not/a.csv')).toBe('file-not-allowed');
      expect(await read('open/../open-not/a.csv')).toBe('file-not-allowed');
      const run = (sql: string) =>
        instance
          .use((connection) => connection.run(sql))
          .then(
            () => 'ran',
            () => 'refused',
          );
      for (const sql of [
        `COPY (SELECT 1) TO '${path.join(folder, 'shut', 'b.csv')}'`,
        `ATTACH '${path.join(folder, 'shut', 'x.db')}'`,
        `EXPORT DATABASE '${path.join(folder, 'shut')}'`,
        'SET enable_external_access = true',
        'SET lock_configuration = false',
        'SET GLOBAL allowed_directories = []',
        'RESET allowed_directories',
        "SET memory_limit = '100GB'",
        'INSTALL httpfs',
        'LOAD httpfs',
        `SELECT * FROM 'https://example.org/a.parquet'`,
        `CREATE SECRET (TYPE s3, KEY_ID 'x', SECRET 'y')`,
      ])
        expect([sql, await run(sql)]).toEqual([sql, 'refused']);
    });
  });

  it('counts in UTC, spills to its own folder, and removes that when closed', async () => {
    const spill = path.join(folder, 'spill');
    await withInstance({}, async (instance) => {
      expect(
        await instance.use((connection) =>
          readText(connection, `SELECT CAST(TIMESTAMPTZ '2024-01-01 00:00:00+02' AS VARCHAR)`),
        ),
      ).toBe('2023-12-31 22:00:00+00');
      expect(existsSync(spill)).toBe(true);
      // 20 million rows of 16 bytes do not fit into 256 MB twice over.
      expect(
        await instance.use((connection) =>
          readNumber(
            connection,
            `SELECT max(n) FROM (SELECT row_number() OVER (ORDER BY hash(range)) AS n FROM range(20000000))`,
          ),
        ),
      ).toBe(20_000_000);
    });
    expect(existsSync(spill)).toBe(false);
  }, 120_000);

  it('names an exceeded memory limit', async () => {
    await withInstance({}, async (instance) => {
      const outcome = instance.use((connection) =>
        connection.run('SELECT list(hash(range)) FROM range(100000000)'),
      );
      await expect(
        outcome.catch((error: unknown) => {
          throw fromDuckDB(error);
        }),
      ).rejects.toMatchObject({
        code: 'out-of-memory',
        kind: 'user',
        hint: expect.stringContaining('list()') as string,
      });
    });
  }, 120_000);

  it('runs as many statements at once as it has connections; the others wait', async () => {
    await withInstance({ connections: 2 }, async (instance) => {
      let now = 0;
      let most = 0;
      await Promise.all(
        Array.from({ length: 6 }, () =>
          instance.use(async () => {
            most = Math.max(most, ++now);
            await new Promise((resolve) => setTimeout(resolve, 20));
            now--;
          }),
        ),
      );
      expect(most).toBe(2);
    });
  });

  it('stops at once for a signal that is aborted before or while it runs, and while it waits', async () => {
    await withInstance({}, async (instance) => {
      const endless = 'SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 7';
      await expect(
        instance.use((connection) => connection.run(endless), { signal: AbortSignal.abort() }),
      ).rejects.toMatchObject({ code: 'cancelled' });
      const abort = new AbortController();
      const running = instance.use((connection) => connection.run(endless), { signal: abort.signal });
      const waiting = instance.use((connection) => connection.run('SELECT 1'), { signal: abort.signal });
      setTimeout(() => {
        abort.abort();
      }, 50);
      await expect(running).rejects.toMatchObject({ code: 'cancelled' });
      await expect(waiting).rejects.toMatchObject({ code: 'cancelled' });
      expect(await instance.use((connection) => readNumber(connection, 'SELECT 42'))).toBe(42);
    });
  });

  it('leaves behind what does not end when it is interrupted, and says so', async () => {
    const instance = await LockedInstance.open(settings({ connections: 2, patienceMs: 100 }));
    const began = performance.now();
    const abort = new AbortController();
    const running = instance.use((connection) => connection.run(ONE_LONG_CALL), { signal: abort.signal });
    setTimeout(() => {
      abort.abort();
    }, 100);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect([leftBehind.count, instance.isSpent]).toEqual([1, true]);
    expect(await instance.use((connection) => readNumber(connection, 'SELECT 42'))).toBe(42);
    const closing = instance.close();
    await expect(instance.use(() => Promise.resolve(1))).rejects.toMatchObject({ code: 'engine-closed' });
    await closing;
    const left = performance.now() - began;
    await expect.poll(() => leftBehind.count, { timeout: 60_000 }).toBe(0);
    expect(performance.now() - began).toBeGreaterThan(left * 2);
    await expect.poll(() => existsSync(path.join(folder, 'spill'))).toBe(false);
  }, 90_000);

  it('with all its connections lost it refuses more, and nobody waits for ever', async () => {
    const instance = await LockedInstance.open(settings({ patienceMs: 100 }));
    const abort = new AbortController();
    const running = instance.use((connection) => connection.run(ONE_LONG_CALL), { signal: abort.signal });
    const waiting = instance.use((connection) => connection.run('SELECT 1'));
    setTimeout(() => {
      abort.abort();
    }, 100);
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    await expect(waiting).rejects.toMatchObject({ code: 'engine-failed' });
    await expect(instance.use(() => Promise.resolve(1))).rejects.toMatchObject({ code: 'engine-failed' });
    await instance.close();
    await expect.poll(() => leftBehind.count, { timeout: 60_000 }).toBe(0);
  }, 90_000);

  it('ends what runs when it is closed, and takes nothing more', async () => {
    const instance = await LockedInstance.open(settings());
    const running = instance
      .use((connection) =>
        connection.run('SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range + b.range = 7'),
      )
      .then(
        () => 'ran',
        () => 'ended',
      );
    const waiting = instance.use((connection) => connection.run('SELECT 1'));
    const closing = instance.close();
    await expect(waiting).rejects.toMatchObject({ code: 'engine-closed' });
    await closing;
    expect(await running).toBe('ended');
    await expect(instance.use(() => Promise.resolve(1))).rejects.toMatchObject({ code: 'engine-closed' });
    expect(existsSync(path.join(folder, 'spill'))).toBe(false);
  });
});

it('has a budget within the machine', () => {
  expect(memoryBudget()).toBeGreaterThanOrEqual(256 * 1024 * 1024);
  expect(memoryBudget()).toBeLessThanOrEqual(os.totalmem());
});
