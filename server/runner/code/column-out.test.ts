import { describe, expect, it } from 'vitest';
import type { OutputBatch, OutputKind } from '#server/sandbox/wire.ts';
import { columnOut, convertedCells } from './column-out.ts';
import { typedBatches } from './run-code.ts';

const convert = (type: string, cell: number | string | boolean, kind: OutputKind) =>
  columnOut(type).convert(cell, kind);
const text = (type: string, cell: string) => convert(type, cell, 'text');

describe('texts without end', () => {
  const nines = '9'.repeat(1_000_000);
  const zeros = '0'.repeat(1_000_000);
  it.each<[type: string, cell: string, kind: OutputKind]>([
    ['DOUBLE', `${nines}x`, 'text'],
    ['DOUBLE', nines, 'text'],
    ['DOUBLE', nines, 'bigint'],
    ['FLOAT', `${nines}.${nines}x`, 'text'],
    ['DECIMAL(38,10)', nines, 'text'],
    ['DECIMAL(38,10)', nines, 'bigint'],
    ['DECIMAL(38,10)', `1.${zeros}1`, 'text'],
    ['DECIMAL(38,10)', `${zeros}x`, 'text'],
    ['DECIMAL(38,10)', '1e999999999', 'text'],
    ['DECIMAL(38,10)', '1e-999999999', 'text'],
    ['DECIMAL(38,10)', `1e${nines}`, 'text'],
    ['HUGEINT', nines, 'bigint'],
    ['HUGEINT', nines, 'text'],
    ['BIGINT', `-${nines}`, 'bigint'],
    ['TIMESTAMP', `2024-01-01 10:00:00.${zeros}`, 'text'],
    ['DATE', `${nines}-01-01`, 'text'],
    ['TIME', `10:00:00.${zeros}1`, 'text'],
    ['INTEGER[]', `[${nines.slice(0, 999_000)}]`, 'json'],
  ])('%s', (type, cell, kind) => {
    const started = performance.now();
    // A boolean, so that a failure does not print the text.
    expect(convert(type, cell, kind) === undefined).toBe(true);
    expect(performance.now() - started).toBeLessThan(100);
  });

  it('are shown by their beginning', () => {
    const column = { name: 'd', type: 'DOUBLE' };
    const cells = { column, cells: [nines], kind: 'text' as const };
    expect(() => convertedCells(cells, columnOut('DOUBLE'), 4)).toThrow(
      `Column "d" is of type DOUBLE, and row 5 has the text "${'9'.repeat(60)}…".`,
    );
  });

  it('of JSON are left to the engine', () => {
    const long = `{not json${' '.repeat(1_000_000)}`;
    expect(text('JSON', long)).toBe(long);
    expect(convert('INTEGER[]', long, 'json')).toBe(long);
    expect(text('JSON', long.slice(0, 1_000_000))).toBeUndefined();
  });
});

describe('texts of numbers', () => {
  it.each([
    ['0.30000000000000004', 0.1 + 0.2],
    ['1e+300', 1e300],
    ['1.152921504606847e+18', 2 ** 60],
    ['9007199254740992.0', 2 ** 53],
    ['1.7976931348623157e+308', Number.MAX_VALUE],
    ['5e-324', 5e-324],
    ['-0.0', -0],
    ['0e5', 0],
    ['007.50', 7.5],
    ['1E3', 1000],
    ['inf', Number.POSITIVE_INFINITY],
    ['-inf', Number.NEGATIVE_INFINITY],
    ['nan', Number.NaN],
  ])('%s is a DOUBLE', (cell, value) => {
    expect(text('DOUBLE', cell)).toBe(value);
  });
  it.each([
    '9007199254740993',
    '1e999',
    '1e-999',
    '0.1000000000000000055',
    '.',
    'Infinity',
    '0x10',
    ' 1',
    '1e',
  ])('%s is none', (cell) => {
    expect(text('DOUBLE', cell)).toBeUndefined();
  });
  it.each([
    '0.1',
    '3.4028235e+38',
    '1e-40',
    '16777216.0',
    '0.10000000149011612',
    '1.17549435e-38',
    'inf',
    '0',
  ])('%s is a FLOAT', (cell) => {
    expect(text('FLOAT', cell)).toBe(Number(cell.replace('inf', 'Infinity')));
  });
  it.each(['16777217', '123456789', '0.12345678901', '1e39', '1e-60'])('%s is none', (cell) => {
    expect(text('FLOAT', cell)).toBeUndefined();
  });
  it.each([
    ['DECIMAL(4,2)', '12.30', '12.3'],
    ['DECIMAL(4,2)', '-0012.3400000', '-12.34'],
    ['DECIMAL(4,2)', '0.00', '0'],
    ['DECIMAL(4,2)', '1.234e+1', '12.34'],
    ['DECIMAL(20,10)', '1.5e-7', '0.00000015'],
    ['DECIMAL(30,0)', '1.5e+21', '1500000000000000000000'],
    ['DECIMAL(38,0)', '9'.repeat(38), '9'.repeat(38)],
  ])('%s from %s', (type, cell, value) => {
    expect(text(type, cell)).toBe(value);
  });
  it.each([
    ['DECIMAL(4,2)', '100'],
    ['DECIMAL(4,2)', '0.001'],
    ['DECIMAL(38,0)', '9'.repeat(39)],
    ['DECIMAL(4,2)', ''],
    ['DECIMAL(4,2)', '-'],
  ])('%s not from %s', (type, cell) => {
    expect(text(type, cell)).toBeUndefined();
  });
  it('NaN is no JSON', () => {
    expect(convert('JSON', Number.NaN, 'number')).toBeUndefined();
    expect(convert('JSON', 1.5, 'number')).toBe('1.5');
  });
});

describe('times with a fraction of a second', () => {
  const at = (fraction: string) => `2024-02-29 12:34:56${fraction}`;
  it.each([
    ['TIMESTAMP_S', '', '.5'],
    ['TIMESTAMP_S', '.000', '.001'],
    ['TIMESTAMP_MS', '.123', '.1234'],
    ['TIMESTAMP_MS', '.123000', '.123001'],
    ['TIMESTAMP', '.123456', '.1234567'],
    ['TIMESTAMP', '.123456000', '.123456001'],
    ['TIMESTAMP_NS', '.123456789', '.1234567891'],
  ])('%s holds %s and not %s', (type, held, lost) => {
    expect(text(type, at(held))).toBe(at(held));
    expect(text(type, at(lost))).toBeUndefined();
  });
  it('TIME holds six digits', () => {
    expect(text('TIME', '10:00:00.123456')).toBe('10:00:00.123456');
    expect(text('TIME', '10:00:00.1234567')).toBeUndefined();
  });
  it('a Date with milliseconds is no TIMESTAMP_S', () => {
    expect(convert('TIMESTAMP_S', 1500, 'date')).toBeUndefined();
    expect(convert('TIMESTAMP_S', 1000, 'date')).toBe('1970-01-01T00:00:01.000');
    expect(convert('TIMESTAMP_MS', 1500, 'date')).toBe('1970-01-01T00:00:01.500');
  });
});

describe('values inside lists, structs and maps', () => {
  it.each<[type: string, kept: unknown, lost: unknown]>([
    ['INTEGER[]', [1, null, -2147483648], [1, 1.5]],
    ['INTEGER[]', [], [2147483648]],
    ['UTINYINT[3]', [0, 255, null], [0, 1, -1]],
    ['BIGINT[]', [9007199254740991, '9223372036854775807'], [1e300]],
    ['HUGEINT[]', [1], [2 ** 60]],
    ['INTEGER[][]', [[1], null, [2]], [[1], [2.5]]],
    ['DECIMAL(4,2)[]', [12.34, '-12.30', 0], [1.239]],
    ['DECIMAL(4,2)[]', ['1'], ['1.239']],
    ['STRUCT(a INTEGER, b VARCHAR)', { a: 1, b: 1.5 }, { a: 1.5, b: 'x' }],
    ['STRUCT(a STRUCT(n DECIMAL(3,1)[]))', { a: { n: [1.5] } }, { a: { n: [1.55] } }],
    ['STRUCT("__proto__" INTEGER)', JSON.parse('{"__proto__":1}'), JSON.parse('{"__proto__":1.5}')],
    ['MAP(VARCHAR, INTEGER)', { a: 1, b: null }, { a: 1, b: 0.1 }],
    ['BOOLEAN[]', [true, null], [2]],
    ['TIMESTAMP_S[]', ['2024-01-01 10:00:00', null], ['2024-01-01 10:00:00.5']],
    ['DATE[]', ['2024-01-01'], undefined],
    ['DOUBLE[]', [0.1, 1e300], undefined],
  ])('%s', (type, kept, lost) => {
    const json = (value: unknown) => convert(type, JSON.stringify(value), 'json');
    expect(json(kept)).toBe(JSON.stringify(kept));
    if (lost !== undefined) expect(json(lost)).toBeUndefined();
  });
  it('are JSON', () => {
    expect(convert('INTEGER[]', '[1', 'json')).toBeUndefined();
  });
});

describe('a JSON column over several batches', () => {
  const batch = (kind: 'text' | 'json' | 'number', cell: string): OutputBatch => ({
    rows: 1,
    columns: [
      kind === 'number'
        ? { name: 'J', kind, nulls: null, numbers: Float64Array.of(Number(cell)), text: null, lengths: null }
        : { name: 'J', kind, nulls: null, numbers: null, text: cell, lengths: Uint32Array.of(cell.length) },
    ],
  });
  async function* inOrder(batches: OutputBatch[]): AsyncGenerator<OutputBatch> {
    for (const one of batches) yield await Promise.resolve(one);
  }
  const typed = async (type: string, ...batches: OutputBatch[]) => {
    const cells: unknown[] = [];
    for await (const { columns } of typedBatches(inOrder(batches), [{ name: 'j', type }]))
      cells.push(...(columns[0] ?? []));
    return cells;
  };

  it('has texts of JSON in all of them, or objects', async () => {
    expect(await typed('JSON', batch('text', '"1"'), batch('number', '2'), batch('text', '[3]'))).toEqual([
      '"1"',
      '2',
      '[3]',
    ]);
    expect(await typed('JSON', batch('json', '"1"'), batch('number', '2'), batch('json', '{}'))).toEqual([
      '"1"',
      '2',
      '{}',
    ]);
  });
  it.each([
    ['text', 'json'],
    ['json', 'text'],
  ] as const)('is refused with %s and then %s', async (one, other) => {
    await expect(
      typed('JSON', batch(one, '1'), batch('number', '2'), batch(other, '1')),
    ).rejects.toMatchObject({
      code: 'mixed-column',
      message: expect.stringContaining('"J"') as unknown,
      hint: expect.stringContaining('JSON.stringify') as unknown,
    });
  });
});
