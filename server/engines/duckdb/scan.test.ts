import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SourceDescription } from '#lib/bind/types.ts';
import type { ScanRequest } from '#lib/nodes/execute.ts';
import { nodeTable, type Engine, type SegmentResult } from './engine.ts';
import { openEngine } from './open-engine.ts';
import { printRelation } from './printer.ts';
import { rejectWarning } from './rejected-rows.ts';
import { createScanner } from './scan.ts';

let folder: string;
let engine: Engine;
const scanner = createScanner();
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'sluice-scan-'));
  engine = openEngine({
    directories: [folder],
    files: [],
    tempDirectory: path.join(folder, 'tmp'),
    memoryLimitBytes: 512 * 1024 * 1024,
    threads: 2,
    concurrency: 1,
    orders: 'ordered',
  });
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true });
});

async function file(name: string, content: string | Buffer): Promise<string> {
  const target = path.join(folder, name);
  await mkdir(path.dirname(target), { recursive: true });
  await writeFile(target, content);
  return target;
}

function discover(paths: string | string[], more: Partial<ScanRequest> = {}): Promise<SourceDescription> {
  return scanner.discover({ format: 'csv', paths: [paths].flat(), options: {}, onBadRow: 'fail', ...more });
}

let outputs = 0;
/** What a run would read of it: the scan printed, run and staged. */
async function read(found: SourceDescription): Promise<{ rows: unknown[]; result: SegmentResult }> {
  const target = path.join(folder, `staged-${outputs++}.parquet`);
  const sql = printRelation({ op: 'scan', scan: found.scan! }, { inputs: {} });
  const result = await engine.runSegment({
    reads: [],
    steps: [
      { nodeId: 'src', sql, rows: 'source', inputs: [], merge: 'none', knownRows: null, volatile: false },
    ],
    target: { kind: 'stage', path: target },
    ordered: true,
    counts: 'exact',
    parameters: {},
    signal: new AbortController().signal,
  });
  return { rows: (await engine.readPage({ path: target, offset: 0, limit: 100 })).rows, result };
}

const types = (found: SourceDescription) =>
  found.schema.map(({ name, type }) => `${name} ${type}`).join(', ');

describe('csv', () => {
  it('finds columns, delimiter, quotes, line ends and byte order marks', async () => {
    const comma = await discover(
      await file('comma.csv', '\ufeffid,"full name",day\r\n1,"a, ""b""\r\nc",2024-01-31\r\n2,z,\r\n'),
    );
    expect(types(comma)).toBe('id BIGINT, full name VARCHAR, day DATE');
    expect((await read(comma)).rows).toEqual([
      { id: 1, 'full name': 'a, "b"\r\nc', day: '2024-01-31' },
      { id: 2, 'full name': 'z', day: null },
    ]);
    const semicolon = await discover(await file('semi.csv', 'a;b\n1,5;x\n2,5;y\n'));
    expect(types(semicolon)).toBe('a VARCHAR, b VARCHAR');
    const mixed = await discover(await file('mixed.csv', 'a,b\r\n1,x\n2,z\r\n'));
    expect((await read(mixed)).rows).toEqual([
      { a: 1, b: 'x' },
      { a: 2, b: 'z' },
    ]);
    const tab = await discover(await file('tab.tsv', 'a\tb\n1\t2\n'), { options: { delim: '\t' } });
    expect((await read(tab)).rows).toEqual([{ a: 1, b: 2 }]);
  });

  it('keeps leading zeros, wherever they stand, and says so', async () => {
    const many = Array.from({ length: 30_000 }, (_, index) => `${index + 1}`).join('\n');
    const found = await discover(await file('zeros.csv', `zip,n\n00123,1\n04500,2\n`));
    expect(types(found)).toBe('zip VARCHAR, n BIGINT');
    const late = await discover(await file('late-zeros.csv', `zip\n${many}\n00123\n`));
    expect(types(late)).toBe('zip VARCHAR');
    expect(late.warnings).toMatchObject([
      { code: 'leading-zeros', severity: 'warning', message: expect.stringContaining('"00123"') as string },
    ]);
    expect(late.estimatedRows).toBe(30_001);
    const decimals = await discover(await file('decimals.csv', 'x\n0.5\n0\n-0.25\n'));
    expect(types(decimals)).toBe('x DOUBLE');
  });

  it('lets a type give way to what later rows hold', async () => {
    const many = Array.from({ length: 30_000 }, (_, index) => `${index},${index},2024-01-01`).join('\n');
    const found = await discover(await file('late.csv', `a,b,c\n${many}\n1.5,abc,soon\n`));
    expect(types(found)).toBe('a DOUBLE, b VARCHAR, c VARCHAR');
    expect(found.warnings.map(({ message }) => message)).toEqual([
      expect.stringContaining('"abc"'),
      expect.stringContaining('"soon"'),
    ]);
    expect((await read(found)).result.outputRows).toBe(30_001);
  });

  it('reads a quote that comes only after the sample', async () => {
    const many = Array.from({ length: 30_000 }, (_, index) => `${index},x`).join('\n');
    const found = await discover(await file('late-quote.csv', `a,b\n${many}\n7,"y, ""z"""\n`));
    expect((await read(found)).result.outputRows).toBe(30_001);
    expect(types(found)).toBe('a BIGINT, b VARCHAR');
  });

  it('names file, line and remedy of a row that does not fit', async () => {
    const bad = await file('bad.csv', 'a,b\n1,2\n3,4,5\n6,7\n8\n9,10\n');
    await expect(discover(bad)).rejects.toMatchObject({
      code: 'bad-row',
      kind: 'user',
      message: 'bad.csv, line 3: it has 3 values for 2 columns',
      hint: expect.stringContaining('skip') as string,
    });
    const typed = await discover(await file('typed.csv', 'a,b\n1,2\nx,3\n'), {
      options: { types: { A: 'BIGINT' } },
    });
    await expect(read(typed)).rejects.toMatchObject({
      code: 'bad-row',
      nodeId: 'src',
      message: expect.stringMatching(/typed\.csv, line 3: column "a": .*"x"/) as string,
    });
  });

  it('skips bad rows and counts them, or collects them with their lines', async () => {
    const bad = await file('bad2.csv', 'a,b\n1,2\n3,4,5\n6,7\n8\n9,10\n');
    const good = [
      { a: 1, b: 2 },
      { a: 6, b: 7 },
      { a: 9, b: 10 },
    ];
    const collected = await discover(bad, { onBadRow: 'collect' });
    // Twice: the connection forgets them, so that the next run does not report them again.
    for (let run = 0; run < 2; run++) {
      const { rows, result } = await read(collected);
      expect(rows).toEqual(good);
      const rejects = result.rejects.get('src')!;
      expect(rejects).toMatchObject({
        rows: 2,
        lines: [
          { file: bad, line: 3, text: '3,4,5' },
          { file: bad, line: 5, text: '8' },
        ],
      });
      expect(rejectWarning(rejects).message).toMatch(
        /^2 rows could not be read and were left out: bad2\.csv line 3 \(.*\); bad2\.csv line 5 \(.*\)$/,
      );
    }
    const skipped = await read(await discover(bad, { onBadRow: 'skip' }));
    expect(skipped.rows).toEqual(good);
    expect(rejectWarning(skipped.result.rejects.get('src')!).message).toBe(
      '2 rows could not be read and were left out',
    );
    expect(
      (
        await read(await discover(await file('good.csv', 'a,b\n1,2\n'), { onBadRow: 'skip' }))
      ).result.rejects.get('src')?.rows ?? 0,
    ).toBe(0);
  });

  it('leaves rows out of several files too, if these have the same columns', async () => {
    const paths = [
      await file('many/a.csv', 'a,b\n1,2\nx,y,z\n7,8\n'),
      await file('many/b.csv', 'a,b\n3,4\n'),
    ];
    const { rows, result } = await read(await discover(paths, { onBadRow: 'collect' }));
    expect(rows).toEqual([
      { a: 1, b: 2 },
      { a: 7, b: 8 },
      { a: 3, b: 4 },
    ]);
    expect(result.rejects.get('src')?.lines).toMatchObject([{ file: paths[0], line: 3, text: 'x,y,z' }]);
    const other = await file('many/c.csv', 'b,a\n6,5\n');
    await expect(discover([...paths, other], { onBadRow: 'skip' })).rejects.toMatchObject({
      code: 'files-differ',
      message: expect.stringContaining('c.csv') as string,
    });
  });

  it('reads columns out of the names of folders beside those of the files', async () => {
    const paths = [
      await file('by/year=2020/m=01/x.csv', 'v\n1\n'),
      await file('by/year=2021/m=02/x.csv', 'v\n2\n'),
    ];
    const rows = [
      { v: 1, year: 2020, m: '01' },
      { v: 2, year: 2021, m: '02' },
    ];
    expect((await read(await discover(paths))).rows).toEqual(rows);
    expect((await read(await discover(paths, { onBadRow: 'skip' }))).rows).toEqual(rows);
  });

  it('takes no id for a number that is too large for every type', async () => {
    const { rows } = await read(await discover(await file('ids.csv', 'id,n\n123e4567,1.5\n5,inf\n')));
    expect(rows).toEqual([
      { id: '123e4567', n: 1.5 },
      { id: '5', n: 'Infinity' },
    ]);
  });

  it('knows the columns in which nothing stands', async () => {
    const csv = await discover(await file('gaps.csv', 'a,b,c\n1,,\n2,,x\n'));
    expect(csv.emptyColumns).toEqual(['b']);
    expect((await discover(await file('heads.csv', 'a,b\n'))).emptyColumns).toEqual(['a', 'b']);
    const json = await file('gaps.json', '[{"a":1,"b":null,"c":null},{"a":2,"c":{"d":[]}}]');
    expect((await discover(json, { format: 'json' })).emptyColumns).toEqual(['b']);
  });

  it('keeps the values of keys that differ only in case or are empty', async () => {
    const json = await file('keys.json', '[{"a":1,"A":2,"":3},{"A":4}]');
    expect((await read(await discover(json, { format: 'json' }))).rows).toEqual([
      { a: 1, A_1: 2, C2: 3 },
      { a: null, A_1: 4, C2: null },
    ]);
  });

  it('names the line that is no JSON', async () => {
    const lines = await file('bad.ndjson', '{"a":1}\n{"a":2}\n{oops}\n{"a":4}\n');
    await expect(discover(lines, { format: 'ndjson' })).rejects.toMatchObject({
      code: 'bad-row',
      message: expect.stringContaining('line 3') as string,
    });
  });

  it('takes options: types, null strings, encoding, dates, header, skip', async () => {
    const latin = await file('latin.csv', Buffer.from('name;d\nJosé;31.12.2024\nNA;01.01.2025\n', 'latin1'));
    await expect(discover(latin)).rejects.toMatchObject({
      code: 'wrong-encoding',
      hint: expect.stringContaining('latin-1') as string,
    });
    const found = await discover(latin, {
      options: { encoding: 'latin-1', nullstr: ['NA'], dateformat: '%d.%m.%Y' },
    });
    expect((await read(found)).rows).toEqual([
      { name: 'José', d: '2024-12-31' },
      { name: null, d: '2025-01-01' },
    ]);
    const plain = await discover(await file('plain.csv', '# made by x\n1,007\n2,008\n'), {
      options: { header: false, skip: 1, types: { column1: 'INTEGER' } },
    });
    expect((await read(plain)).rows).toEqual([
      { column0: 1, column1: 7 },
      { column0: 2, column1: 8 },
    ]);
    await expect(
      discover(await file('plain2.csv', 'ab,c\n1,2\n'), { options: { types: { abc: 'DATE' } } }),
    ).rejects.toMatchObject({ code: 'column-not-found', hint: 'Did you mean "ab"?' });
  });

  it('keeps columns in order when their names look like numbers', async () => {
    const found = await discover(await file('years.csv', 'name,2021,2020\nx,1,2\n'), {
      options: { header: true },
    });
    expect(found.schema.map(({ name }) => name)).toEqual(['name', '2021', '2020']);
    expect((await read(found)).rows).toEqual([{ name: 'x', 2021: 1, 2020: 2 }]);
  });

  it('reads several files by column name, in the order of the files', async () => {
    const files = [
      await file('g/1.csv', 'a,b\n1,x\n'),
      await file('g/2.csv', 'b,a,c\ny,2,9\n'),
      await file('g/3.csv', ''),
      await file('g/4.csv', 'a,b\n3.5,z\n'),
    ];
    const found = await discover(files);
    expect(types(found)).toBe('a DOUBLE, b VARCHAR, c BIGINT');
    expect((await read(found)).rows).toEqual([
      { a: 1, b: 'x', c: null },
      { a: 2, b: 'y', c: 9 },
      { a: 3.5, b: 'z', c: null },
    ]);
  });

  it('copes with a header alone, one column, names twice, and gzip', async () => {
    const header = await discover(await file('header.csv', 'a,b\n'));
    expect((await read(header)).rows).toEqual([]);
    expect(types(header)).toBe('a VARCHAR, b VARCHAR');
    expect((await read(await discover(await file('one.csv', 'name\nx\ny\n')))).rows).toEqual([
      { name: 'x' },
      { name: 'y' },
    ]);
    expect((await read(await discover(await file('twice.csv', 'a,A\n1,2\n')))).rows).toEqual([
      { a: 1, A_1: 2 },
    ]);
    expect((await read(await discover(await file('packed.csv.gz', gzipSync('a,b\n1,2\n'))))).rows).toEqual([
      { a: 1, b: 2 },
    ]);
  });
});

describe('json and parquet', () => {
  it('reads lists, lines and nested values of json', async () => {
    const list = await discover(
      await file('l.json', '[{"a":1,"b":{"x":[1,2]}},{"a":2.5,"c":"2024-01-01"}]'),
      { format: 'json', options: { format: 'auto' } },
    );
    expect(types(list)).toBe('a DOUBLE, b STRUCT(x BIGINT[]), c DATE');
    expect((await read(list)).rows).toEqual([
      { a: 1, b: { x: [1, 2] }, c: null },
      { a: 2.5, b: null, c: '2024-01-01' },
    ]);
    const lines = await discover(await file('l.ndjson', '{"id":"00123"}\n{"id":"7","z":true}\n'), {
      format: 'ndjson',
      options: { format: 'newline_delimited' },
    });
    expect((await read(lines)).rows).toEqual([
      { id: '00123', z: null },
      { id: '7', z: true },
    ]);
    const typed = await discover(path.join(folder, 'l.ndjson'), {
      format: 'ndjson',
      options: { format: 'newline_delimited', types: { z: 'VARCHAR' } },
    });
    expect((await read(typed)).rows).toEqual([
      { id: '00123', z: null },
      { id: '7', z: 'true' },
    ]);
  });

  it('names the line of broken json', async () => {
    await expect(
      discover(await file('broken.ndjson', '{"a":1}\n{"a":2}\n{bad\n'), {
        format: 'ndjson',
        options: { format: 'newline_delimited' },
      }),
    ).rejects.toMatchObject({
      code: 'bad-row',
      message: expect.stringMatching(/broken\.ndjson, line \d/) as string,
    });
  });

  it('reads the rows of parquet from its own count', async () => {
    const csv = await discover(await file('p.csv', 'a\n1\n2\n3\n'));
    await read(csv);
    const found = await discover(path.join(folder, `staged-${outputs - 1}.parquet`), { format: 'parquet' });
    expect(found).toMatchObject({ estimatedRows: 3, schema: [{ name: 'a', type: 'BIGINT' }] });
    await expect(
      discover(await file('no.parquet', 'not parquet at all'), { format: 'parquet' }),
    ).rejects.toMatchObject({ kind: 'user', code: 'file-unreadable' });
  });
});

describe('files', () => {
  it('says which file is missing, empty or a folder', async () => {
    await expect(discover(path.join(folder, 'nowhere.csv'))).rejects.toMatchObject({
      code: 'file-not-found',
      kind: 'user',
      message: expect.stringContaining('nowhere.csv') as string,
    });
    await expect(discover(await file('empty.csv', ''))).rejects.toMatchObject({
      code: 'file-empty',
      kind: 'user',
    });
    await expect(discover(folder)).rejects.toMatchObject({ code: 'path-is-folder' });
  });

  it('reads no pipe, which would keep it waiting', async () => {
    execFileSync('mkfifo', [path.join(folder, 'pipe.csv')]);
    await expect(discover(path.join(folder, 'pipe.csv'))).rejects.toMatchObject({ code: 'path-not-a-file' });
  });

  it('refuses JSON that is nested deeper than DuckDB can go, and takes what only looks so', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    const inText = JSON.stringify({ a: '[{\\"'.repeat(50_000) });
    const gz = async (name: string) => {
      const target = await file(name, '');
      await writeFile(target, gzipSync(deep));
      return target;
    };
    const format = (name: string) => ({
      format: name.includes('ndjson') ? ('ndjson' as const) : ('json' as const),
    });
    for (const name of ['deep.json', 'deep.ndjson']) {
      await expect(discover(await file(name, `{"a":1}\n{"a":${deep}}`), format(name))).rejects.toMatchObject({
        code: 'nested-too-deep',
      });
      await expect(discover(await gz(`${name}.gz`), format(name))).rejects.toMatchObject({
        code: 'nested-too-deep',
      });
      const fine = `${`{"a":${'['.repeat(50)}1${']'.repeat(50)}}\n`.repeat(3000)}${inText}\n`;
      expect((await discover(await file(`fine-${name}`, fine), format(name))).schema).toHaveLength(1);
    }
  });

  it('has a fingerprint that follows the content and not the clock', async () => {
    const target = await file('print.csv', 'a\n1\n');
    const before = (await discover(target)).fingerprint;
    await utimes(target, new Date(), new Date(Date.now() + 60_000));
    expect((await discover(target)).fingerprint).toBe(before);
    await writeFile(target, 'a\n2\n');
    expect((await discover(target)).fingerprint).not.toBe(before);
  });

  it('stops at a file that unpacks to a thousand times its size', async () => {
    const megabyte = Buffer.alloc(1024 * 1024, 'a,b\n');
    const piece = gzipSync(megabyte);
    // Members of a gzip file follow one another: 1.1 GB in about a megabyte.
    const bomb = await file('bomb.csv.gz', Buffer.concat(Array.from({ length: 1100 }, () => piece)));
    await expect(discover(bomb)).rejects.toMatchObject({
      code: 'file-unpacks-too-large',
      kind: 'user',
      // Not where the server keeps it.
      message: 'bomb.csv.gz unpacks to more than 100 times its size',
    });
  });

  it('reads no file that was not named', async () => {
    const sql = `SELECT * FROM read_csv('/etc/hostname')`;
    await expect(
      engine.runSegment({
        reads: [],
        steps: [
          { nodeId: 'x', sql, rows: 'source', inputs: [], merge: 'none', knownRows: null, volatile: false },
        ],
        target: { kind: 'discard' },
        ordered: true,
        counts: 'fast',
        parameters: {},
        signal: new AbortController().signal,
      }),
    ).rejects.toMatchObject({ code: 'file-not-allowed' });
    expect(nodeTable('x')).toBe('@x');
  });
});
