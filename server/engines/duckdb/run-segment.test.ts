import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RowEffect } from '#lib/nodes/define.ts';
import {
  nodeTable,
  type Engine,
  type SegmentRequest,
  type SegmentStep,
  type SegmentTarget,
} from './engine.ts';
import { openEngine } from './open-engine.ts';

let folder: string;
let engine: Engine;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-segment-'));
  engine = openEngine({
    directories: [folder],
    files: [],
    tempDirectory: path.join(folder, 'tmp'),
    memoryLimitBytes: 512 * 1024 * 1024,
    threads: 2,
    concurrency: 2,
    orders: 'both',
  });
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

function step(
  nodeId: string,
  sql: string,
  rows: RowEffect,
  inputs: string[] = [],
  more: Partial<SegmentStep> = {},
): SegmentStep {
  return {
    nodeId,
    sql,
    rows,
    inputs: inputs.map(nodeTable),
    merge: inputs.length === 0 ? 'none' : 'single',
    knownRows: null,
    volatile: false,
    ...more,
  };
}

function request(steps: SegmentStep[], more: Partial<SegmentRequest> = {}): SegmentRequest {
  return {
    reads: [],
    steps,
    target: { kind: 'discard' },
    ordered: false,
    counts: 'exact',
    parameters: {},
    signal: new AbortController().signal,
    ...more,
  };
}

async function exactCounts(
  steps: SegmentStep[],
  more: Partial<SegmentRequest> = {},
): Promise<{ counts: Record<string, number | null>; extra: number; sql: string }> {
  const result = await engine.runSegment(request(steps, more));
  return {
    counts: Object.fromEntries([...result.counts].map(([id, count]) => [id, count.exact])),
    extra: result.countStatements,
    sql: result.sql,
  };
}

const numbers = (rows: number) => `SELECT range AS i, range % 10 AS k FROM range(${rows})`;
const CHAIN = [
  step('src', numbers(1000), 'source'),
  step('even', 'SELECT * FROM "@src" WHERE i % 2 = 0', 'fewer', ['src']),
  step('wide', 'SELECT *, i * 2 AS j FROM "@even"', 'same', ['even']),
  step('low', 'SELECT * FROM "@wide" WHERE k < 5', 'fewer', ['wide']),
  step('byK', 'SELECT k, sum(j) AS s FROM "@low" GROUP BY k', 'any', ['low']),
];

describe('a fused segment', () => {
  it('is one statement and counts every node of a chain, with few fences', async () => {
    const { counts, extra, sql } = await exactCounts(CHAIN);
    // Of 0…999 half are even; of those k is 0, 2 or 4 for 3 in 5; three groups.
    expect(counts).toEqual({ src: 1000, even: 500, wide: 500, low: 300, byK: 3 });
    expect(extra).toBe(0);
    expect(sql.match(/stats\(\d+\) AS/g)).toHaveLength(3);
  });

  it('stages Parquet that the next segment reads, with types that Parquet does not have', async () => {
    const types = step(
      'types',
      `SELECT 170141183460469231731687303715884105727::HUGEINT AS big, INTERVAL '1 month 2 days 3.000004 seconds' AS span, TIMESTAMP_MS '2024-01-02 03:04:05.678' AS ms, [1, 2]::INTEGER[2] AS pair, 'b'::ENUM('a', 'b') AS e, {'x': [5::HUGEINT]} AS nested, TIMETZ '10:00:00+02' AS tz, '101'::BIT AS bits`,
      'source',
    );
    const file = path.join(folder, 'types.parquet');
    const staged = await engine.runSegment(request([types], { target: { kind: 'stage', path: file } }));
    expect(staged.bytes).toBeGreaterThan(0);
    expect(staged.outputRows).toBe(1);
    const again = await engine.runSegment(
      request([step('again', 'SELECT *, big - 1 AS less FROM "@types"', 'same', ['types'])], {
        reads: [{ table: '@types', path: file, rows: 1 }],
        target: { kind: 'stage', path: path.join(folder, 'again.parquet') },
      }),
    );
    expect(again.schema.slice(0, -1)).toEqual(staged.schema);
    const page = await engine.readPage({ path: path.join(folder, 'again.parquet'), offset: 0, limit: 10 });
    expect(page.schema).toEqual(again.schema);
    expect(page.rows).toEqual([
      {
        big: '170141183460469231731687303715884105727',
        span: '1 month 2 days 00:00:03.000004',
        ms: '2024-01-02T03:04:05.678',
        pair: [1, 2],
        e: 'b',
        nested: { x: [5] },
        tz: '10:00:00+02',
        bits: '101',
        less: '170141183460469231731687303715884105726',
      },
    ]);
    expect(page.total).toBe(1);
  });

  it('counts both sides of a join, whichever the plan builds on', async () => {
    const { counts } = await exactCounts([
      step('a', numbers(2000), 'source'),
      step('b', numbers(30), 'source'),
      step('aOdd', 'SELECT * FROM "@a" WHERE i % 2 = 1', 'fewer', ['a']),
      step('bBig', 'SELECT * FROM "@b" WHERE i >= 10', 'fewer', ['b']),
      step('joined', 'SELECT l.i FROM "@aOdd" l JOIN "@bBig" r ON l.i = r.i', 'any', ['aOdd', 'bBig'], {
        merge: 'none',
      }),
    ]);
    expect(counts).toEqual({ a: 2000, b: 30, aOdd: 1000, bBig: 20, joined: 10 });
  });

  it('counts again by itself what an empty join side or a LIMIT let the plan skip', async () => {
    const emptySide = await exactCounts([
      step('a', numbers(5000), 'source'),
      step('b', numbers(10), 'source'),
      step('none', 'SELECT * FROM "@b" WHERE i + k > 1000', 'fewer', ['b']),
      step('joined', 'SELECT l.i FROM "@a" l JOIN "@none" r ON l.i = r.i', 'any', ['a', 'none'], {
        merge: 'none',
      }),
    ]);
    expect(emptySide.counts).toEqual({ a: 5000, b: 10, none: 0, joined: 0 });
    for (const ordered of [true, false]) {
      const limited = await exactCounts(
        [
          step('a', numbers(500_000), 'source'),
          step('some', 'SELECT * FROM "@a" WHERE k > 4', 'fewer', ['a']),
          step('first', 'SELECT * FROM "@some" LIMIT 7', 'any', ['some']),
        ],
        { ordered },
      );
      expect(limited.counts).toEqual({ a: 500_000, some: 250_000, first: 7 });
      expect(limited.extra).toBe(2);
      const top = await exactCounts(
        [
          step('a', numbers(500_000), 'source'),
          step('some', 'SELECT * FROM "@a" WHERE k > 4', 'fewer', ['a']),
          step('first', 'SELECT * FROM "@some" ORDER BY i LIMIT 7', 'any', ['some']),
        ],
        { ordered },
      );
      expect(top.counts).toEqual({ a: 500_000, some: 250_000, first: 7 });
    }
  });

  it('gives a lower bound, never a second draw, for volatile nodes that were not read to their end', async () => {
    const { counts } = await engine.runSegment(
      request([
        step('a', 'SELECT range AS i FROM range(500000) WHERE random() < 0.5', 'source', [], {
          volatile: true,
        }),
        step('first', 'SELECT * FROM "@a" LIMIT 7', 'any', ['a']),
      ]),
    );
    const a = counts.get('a');
    expect(a?.exact).toBeNull();
    expect(a?.atLeast).toBeGreaterThanOrEqual(7);
  });

  it('leaves unknown in fast mode what would cost a fence, and still shares what is known', async () => {
    const { counts, sql } = await exactCounts(
      [
        step('src', numbers(1000), 'source', [], { knownRows: 1000 }),
        step('wide', 'SELECT *, i + 1 AS j FROM "@src"', 'same', ['src']),
        step('even', 'SELECT * FROM "@wide" WHERE i % 2 = 0', 'fewer', ['wide']),
        step('byK', 'SELECT k, count(*) AS n FROM "@even" GROUP BY k', 'any', ['even']),
        step('named', `SELECT k::VARCHAR AS k, n FROM "@byK"`, 'same', ['byK']),
      ],
      { counts: 'fast' },
    );
    expect(counts).toEqual({ src: 1000, wide: 1000, even: null, byK: 5, named: 5 });
    expect(sql).not.toContain('stats(');
  });

  it('names the node of a runtime error, with its SQL', async () => {
    const bad = [
      step('src', `SELECT 'x' || range AS t FROM range(10)`, 'source'),
      step('good', 'SELECT *, length(t) AS l FROM "@src"', 'same', ['src']),
      step('bad', 'SELECT *, CAST(t AS INTEGER) AS n FROM "@good"', 'same', ['good']),
      step('after', 'SELECT n + 1 AS m FROM "@bad"', 'same', ['bad']),
    ];
    await expect(engine.runSegment(request(bad))).rejects.toMatchObject({
      code: 'conversion-failed',
      kind: 'user',
      nodeId: 'bad',
      sql: bad[2]!.sql,
    });
    const errors = [
      step('src', 'SELECT range AS i FROM range(10)', 'source'),
      step('loud', `SELECT CASE WHEN i = 7 THEN error('seven') ELSE i END AS i FROM "@src"`, 'same', ['src']),
      step('sum', 'SELECT sum(i) AS s FROM "@loud"', 'any', ['loud']),
    ];
    await expect(engine.runSegment(request(errors))).rejects.toMatchObject({
      code: 'invalid-value',
      nodeId: 'loud',
      message: expect.stringContaining('seven') as string,
    });
  });

  it('runs and counts 200 nodes that each need a fence', async () => {
    const steps = [step('n0', numbers(1000), 'source')];
    for (let index = 1; index < 200; index++)
      steps.push(
        step(`n${index}`, `SELECT * FROM "@n${index - 1}" WHERE i <> ${index}`, 'fewer', [`n${index - 1}`]),
      );
    const { counts, extra } = await exactCounts(steps);
    expect(counts['n100']).toBe(900);
    expect(counts['n199']).toBe(801);
    expect(extra).toBe(0);
  }, 60_000);

  it('counts by fences of all three kinds in one statement', async () => {
    const { counts, extra, sql } = await exactCounts([
      step('src', numbers(1000), 'source'),
      step('some', 'SELECT * FROM "@src" WHERE (k > 1)', 'fewer', ['src'], { tested: ['k'] }),
      step('few', 'SELECT * FROM "@some" WHERE (k < 8)', 'fewer', ['some'], { tested: [] }),
      step('byK', 'SELECT k, count(*) AS n FROM "@few" GROUP BY k', 'any', ['few'], { tested: ['n'] }),
      step('big', 'SELECT * FROM "@byK" WHERE (n > 0)', 'fewer', ['byK'], { tested: [] }),
    ]);
    expect(counts).toEqual({ src: 1000, some: 800, few: 600, byK: 6, big: 6 });
    expect(extra).toBe(0);
    expect(sql.match(/CASE WHEN/g)).toHaveLength(3);
  });

  it('leaves what only looks like a table in a wide statement as it is: texts, names of columns', async () => {
    const steps = [step('x', `SELECT 'secret' AS n`, 'source'), step('src', numbers(3), 'source')];
    for (let index = 0; index < 70; index++)
      steps.push(step(`n${index}`, `SELECT * FROM "@${index === 0 ? 'src' : `n${index - 1}`}"`, 'same', []));
    steps.push(step('b', `SELECT '"@x"' AS z, i AS "@src", n FROM "@n69" JOIN "@x" ON true`, 'any', []));
    const file = path.join(folder, 'wide.csv');
    const destination: SegmentTarget = {
      kind: 'destination',
      path: file,
      format: 'csv',
      options: {},
      partitionBy: [],
    };
    await engine.runSegment(request(steps, { target: destination, counts: 'fast' }));
    expect((await readFile(file, 'utf8')).split('\n').slice(0, 2)).toEqual(['z,@src,n', '"""@x""",0,secret']);
  });

  it('counts a plain sieve by its own condition, which adds no operator', async () => {
    const { counts, extra, sql } = await exactCounts([
      step('src', numbers(1000), 'source', [], { knownRows: 1000 }),
      step('few', 'SELECT * FROM "@src" WHERE (k < 8)', 'fewer', ['src'], { tested: [], isPlainSieve: true }),
      step('byK', 'SELECT k, count(*) AS n FROM "@few" GROUP BY k', 'any', ['few']),
    ]);
    expect(counts).toEqual({ src: 1000, few: 800, byK: 8 });
    expect(extra).toBe(0);
    expect(sql).not.toContain('CASE WHEN');
  });

  it('counts a sieve by itself where its tag slipped below its condition', async () => {
    const guarded = 'SELECT i, CASE WHEN random() >= 0 THEN k END AS k FROM "@src"';
    const { counts, extra } = await exactCounts([
      step('src', numbers(1000), 'source', [], { knownRows: 1000 }),
      step('made', guarded, 'same', ['src']),
      step('few', 'SELECT * FROM "@made" WHERE (k < 8)', 'fewer', ['made'], { isPlainSieve: true }),
      step('byK', 'SELECT k, count(*) AS n FROM "@few" GROUP BY k', 'any', ['few']),
    ]);
    expect(counts).toEqual({ src: 1000, made: 1000, few: 800, byK: 8 });
    expect(extra).toBe(1);
  });

  it('stops when cancelled, in the middle of a statement, and stays usable', async () => {
    const abort = new AbortController();
    const running = engine.runSegment(
      request(
        [
          step(
            'big',
            'SELECT count(*) AS n FROM range(100000) a, range(1000000) b WHERE a.range + b.range = 7',
            'source',
          ),
        ],
        { signal: abort.signal },
      ),
    );
    setTimeout(() => {
      abort.abort();
    }, 200);
    const started = performance.now();
    await expect(running).rejects.toMatchObject({ code: 'cancelled' });
    expect(performance.now() - started).toBeLessThan(3000);
    expect((await exactCounts(CHAIN)).counts['byK']).toBe(3);
  });

  it('reports progress and peak memory', async () => {
    const shares: number[] = [];
    const result = await engine.runSegment(
      request(
        [
          step(
            'sorted',
            'SELECT * FROM (SELECT range AS i, hash(range) AS h FROM range(6000000)) ORDER BY h',
            'source',
          ),
        ],
        { onProgress: (share) => shares.push(share) },
      ),
    );
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
    expect(result.peakMemoryBytes).toBeGreaterThan(1_000_000);
    expect(result.durationMs).toBeGreaterThan(0);
  });

  it('binds parameters of every type', async () => {
    const sql =
      "SELECT CAST($d AS DATE) + 1 AS d, CAST($n AS BIGINT) AS n, CAST($x AS DOUBLE) AS x, CAST($b AS BOOLEAN) AS b, CAST($t AS VARCHAR) AS t, list_contains(CAST($l AS VARCHAR[]), 'it''s') AS l, CAST($i AS BIGINT[]) AS i";
    const file = path.join(folder, 'parameters.parquet');
    await engine.runSegment(
      request([step('p', sql, 'source')], {
        target: { kind: 'stage', path: file },
        parameters: {
          d: { value: '2024-02-28', sqlType: 'DATE' },
          n: { value: 9007199254740991, sqlType: 'BIGINT' },
          x: { value: 1.5, sqlType: 'DOUBLE' },
          b: { value: true, sqlType: 'BOOLEAN' },
          t: { value: "'; DROP", sqlType: 'VARCHAR' },
          l: { value: ["it's", 'b'], sqlType: 'VARCHAR[]' },
          i: { value: [1, 2], sqlType: 'BIGINT[]' },
          unused: { value: 1, sqlType: 'BIGINT' },
        },
      }),
    );
    expect((await engine.readPage({ path: file, offset: 0, limit: 1 })).rows).toEqual([
      { d: '2024-02-29', n: 9007199254740991, x: 1.5, b: true, t: "'; DROP", l: true, i: [1, 2] },
    ]);
  });
});

describe('destinations', () => {
  const rows = step(
    'rows',
    "SELECT range AS id, 'n, \"' || range AS name, range % 2 AS part FROM range(4)",
    'source',
  );
  const write = (
    name: string,
    format: 'csv' | 'json' | 'ndjson' | 'parquet',
    more: {
      options?: Record<string, string | number | boolean>;
      partitionBy?: string[];
      steps?: SegmentStep[];
    } = {},
  ) =>
    engine.runSegment(
      request(more.steps ?? [rows], {
        ordered: true,
        target: {
          kind: 'destination',
          path: path.join(folder, name),
          format,
          options: more.options ?? {},
          partitionBy: more.partitionBy ?? [],
        },
      }),
    );

  it('writes csv, json, ndjson and parquet, with parent folders made, and counts rows written', async () => {
    expect((await write('deep/er/out.csv', 'csv')).outputRows).toBe(4);
    expect(await readFile(path.join(folder, 'deep/er/out.csv'), 'utf8')).toBe(
      'id,name,part\n0,"n, ""0",0\n1,"n, ""1",1\n2,"n, ""2",0\n3,"n, ""3",1\n',
    );
    expect((await write('out.json', 'json')).outputRows).toBe(4);
    expect(JSON.parse(await readFile(path.join(folder, 'out.json'), 'utf8'))).toHaveLength(4);
    expect((await write('out.ndjson', 'ndjson')).outputRows).toBe(4);
    expect(
      (await readFile(path.join(folder, 'out.ndjson'), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { id: number }).id),
    ).toEqual([0, 1, 2, 3]);
    expect((await write('out.parquet', 'parquet')).outputRows).toBe(4);
    expect((await write('out.csv.gz', 'csv')).outputRows).toBe(4);
    expect([...(await readFile(path.join(folder, 'out.csv.gz'))).subarray(0, 2)]).toEqual([0x1f, 0x8b]);
    expect((await write('semi.csv', 'csv', { options: { delim: ';', header: false } })).outputRows).toBe(4);
    expect(await readFile(path.join(folder, 'semi.csv'), 'utf8')).toMatch(/^0;/);
  });

  it('swaps a partitioned folder whole and refuses one that holds other files', async () => {
    expect((await write('parts', 'parquet', { partitionBy: ['part'] })).outputRows).toBe(4);
    expect((await readdir(path.join(folder, 'parts'))).sort()).toEqual(['part=0', 'part=1']);
    await write('parts', 'csv', {
      partitionBy: ['part'],
      steps: [step('one', 'SELECT 1 AS id, 7 AS part', 'source')],
    });
    expect(await readdir(path.join(folder, 'parts'))).toEqual(['part=7']);
    await writeFile(path.join(folder, 'parts', 'notes.txt'), 'mine');
    await expect(write('parts', 'parquet', { partitionBy: ['part'] })).rejects.toMatchObject({
      code: 'folder-not-ours',
    });
    expect((await readdir(path.join(folder, 'parts'))).sort()).toEqual(['notes.txt', 'part=7']);
  });

  it('keeps the old file and leaves no leftovers when the statement fails', async () => {
    await writeFile(path.join(folder, 'kept.csv'), 'old');
    await expect(
      write('kept.csv', 'csv', {
        steps: [step('bad', `SELECT CAST('x' || range AS INTEGER) AS n FROM range(5)`, 'source')],
      }),
    ).rejects.toMatchObject({ code: 'conversion-failed', nodeId: 'bad' });
    expect(await readFile(path.join(folder, 'kept.csv'), 'utf8')).toBe('old');
    expect((await readdir(folder)).filter((name) => name.startsWith('.sluice-'))).toEqual([]);
  });

  it('writes an empty result with its columns', async () => {
    const result = await write('empty.csv', 'csv', {
      steps: [step('none', 'SELECT range AS i FROM range(5) WHERE range > 10', 'source')],
    });
    expect(result.outputRows).toBe(0);
    expect(await readFile(path.join(folder, 'empty.csv'), 'utf8')).toBe('i\n');
  });

  it('refuses options that are not for a document, and files outside the allowed folders', async () => {
    await expect(write('x.csv', 'csv', { options: { per_thread_output: true } })).rejects.toMatchObject({
      code: 'unknown-option',
    });
    await expect(
      engine.runSegment(request([step('leak', `SELECT * FROM read_text('/etc/hostname')`, 'source')])),
    ).rejects.toMatchObject({ code: 'file-not-allowed', nodeId: 'leak' });
  });
});
