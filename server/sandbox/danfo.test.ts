import { describe, expect, it } from 'vitest';
import type { Sandbox } from './sandbox.ts';
import { runCode, type Given } from './testing/run-code.ts';
import { withSandbox } from './testing/with-sandbox.ts';

// What the DataFrame library does otherwise than one would think. Some of it is kept away by the way in which frames are
// made here; the rest stands in the help of the javascript node. A change in either direction must change that help.

let sandbox: Sandbox;
withSandbox((opened) => {
  sandbox = opened;
});

const frame = async (code: string, given?: Given[]) => {
  const outcome = await runCode(sandbox, code, {
    form: 'frame',
    memoryLimitMb: 512,
    ...(given ? { given } : {}),
  });
  return outcome.rows ?? outcome.error;
};
const numbers = (name: string, values: (number | null)[]): Given => ({ name, kind: 'number', values });
const texts = (name: string, values: (string | null)[]): Given => ({ name, kind: 'text', values });

describe('kept away', () => {
  it('columns with names like numbers stay in their order', async () => {
    expect(
      await frame('return [{ names: df.columns.join() }]', [
        numbers('b', [1]),
        numbers('2', [1]),
        numbers('1', [1]),
      ]),
    ).toEqual([{ names: 'b,2,1' }]);
  });
  it('a text of digits stays a text', async () => {
    expect(await frame('return df', [texts('zip', ['01234', '00001'])])).toEqual([
      { zip: '01234' },
      { zip: '00001' },
    ]);
  });
  it('columns called like parts of a frame do not break it', async () => {
    const given = ['index', 'values', 'shape', 'columns', 'count', 'add', 'constructor'].map((name, at) =>
      numbers(name, [at, at]),
    );
    expect(
      await frame(
        'df.addColumn("sum", df.column("index").add(df.column("count")), { inplace: true }); return df',
        given,
      ),
    ).toEqual(
      [0, 1].map(() => ({
        index: 0,
        values: 1,
        shape: 2,
        columns: 3,
        count: 4,
        add: 5,
        constructor: 6,
        sum: 4,
      })),
    );
  });
  it('rows that are returned may differ in their keys and the order of these', async () => {
    expect(await frame('return [{ a: 1, b: 2 }, { b: 3, a: 4 }, { c: 5 }]')).toEqual([
      { a: 1, b: 2, c: null },
      { a: 4, b: 3, c: null },
      { a: null, b: null, c: 5 },
    ]);
  });
  it('NaN comes in as NULL and goes out as NULL', async () => {
    expect(
      await frame('df.addColumn("y", [NaN, 1], { inplace: true }); return df', [
        numbers('x', [Number.NaN, 2]),
      ]),
    ).toEqual([
      { x: null, y: null },
      { x: 2, y: 1 },
    ]);
  });
  it('a name with $ is refused', async () => {
    expect(await frame('return df', [numbers('$data', [1])])).toMatchObject({ code: 'column-name-taken' });
  });
  it('a frame without rows keeps its columns', async () => {
    expect(
      await frame('return [{ names: df.columns.join(), rows: df.shape[0] }]', [
        numbers('a', []),
        texts('b', []),
      ]),
    ).toEqual([{ names: 'a,b', rows: 0 }]);
  });
});

describe('told in the help', () => {
  it('a frame made of rows takes their values by position, not by key', async () => {
    const rows = await frame('return new dfd.DataFrame([{ a: 1, b: 2 }, { b: 3, a: 4 }])');
    expect(rows).toEqual([
      { a: 1, b: 2 },
      { a: 3, b: 4 },
    ]);
  });
  it('the mean of a group counts a missing value as zero', async () => {
    const rows = await frame('return df.groupby(["g"]).agg({ x: "mean" })', [
      texts('g', ['a', 'a']),
      numbers('x', [4, null]),
    ]);
    expect(rows).toEqual([{ g: 'a', x_mean: 2 }]);
  });
  it('groups by several columns are told apart by a joined text', async () => {
    const rows = await frame('return df.groupby(["g", "h"]).agg({ x: "sum" })', [
      texts('g', ['a-b', 'a']),
      texts('h', ['c', 'b-c']),
      numbers('x', [1, 2]),
    ]);
    expect(rows).toHaveLength(1);
  });
  it('a merge takes the number 1 and the text "1" for the same', async () => {
    const rows = await frame(
      'return dfd.merge({ left: df, right: new dfd.DataFrame([["1", "text"]], { columns: ["n", "w"] }), on: ["n"], how: "inner" })',
      [numbers('n', [1])],
    );
    expect(rows).toHaveLength(1);
  });
  it('arithmetic on a whole frame is that of 32 bits', async () => {
    const rows = await frame('return df.add(1)', [numbers('x', [16_777_216]), numbers('y', [1])]);
    expect(rows).toEqual([{ x: 16_777_216, y: 2 }]);
  });
  it('arithmetic on a column is that of 64 bits', async () => {
    expect(await frame('return [{ x: df.x.add(1).values[0] }]', [numbers('x', [16_777_216])])).toEqual([
      { x: 16_777_217 },
    ]);
  });
  it('a text of CSV has no quotes round commas', async () => {
    expect(await frame('return [{ csv: dfd.toCSV(df) }]', [texts('t', ['a,b']), numbers('n', [1])])).toEqual([
      { csv: 't,n\na,b,1\n' },
    ]);
  });
  it('sorting puts missing values where a zero would be', async () => {
    const rows = await frame('return df.sortValues("x")', [numbers('x', [2, null, -1])]);
    expect(rows).toEqual([{ x: -1 }, { x: null }, { x: 2 }]);
  });
  it('a column of BigInts cannot be worked with', async () => {
    const code = 'df.addColumn("y", [1n, 2n, 3n], { inplace: true }); return [{ s: df.y.sum() }]';
    expect(await frame(code)).toMatchObject({ code: 'code-failed' });
  });
  it('arithmetic takes NULL for zero, as JavaScript does', async () => {
    expect(await frame('return [{ x: df.x.add(1).values[1] }]', [numbers('x', [1, null])])).toEqual([
      { x: 1 },
    ]);
  });
});
