import { describe, expect, it } from 'vitest';
import type { CodeJob, Sandbox } from './sandbox.ts';
import { batches, type Given } from './testing/run-code.ts';
import { withSandbox } from './testing/with-sandbox.ts';

let sandbox: Sandbox;
withSandbox((opened) => {
  sandbox = opened;
});

const GIVEN: Given[] = [{ name: 'n', kind: 'integer', values: [3, 1, 2] }];

/** What each batch of the result says of chance. */
async function said(code: string, form: CodeJob['form'] = 'rows', batchRows = 3): Promise<boolean[]> {
  const job: CodeJob = {
    form,
    code,
    parameters: {},
    inputs: [{ name: null, columns: [{ name: 'n', kind: 'integer' }] }],
    rows: [batches(GIVEN, batchRows)],
    memoryLimitMb: 256,
    timeLimitMs: 20_000,
    signal: new AbortController().signal,
    onLog: () => undefined,
  };
  const all: boolean[] = [];
  for await (const { usedChance } of sandbox.run(job)) all.push(usedChance);
  return all;
}

describe('code that asks chance or the clock is told of', () => {
  it.each([
    ['Math.random', 'return { v: Math.random() }'],
    ['it by a name that is put together', "return { v: Math.valueOf()['ran' + 'dom']() }"],
    ['it in code out of text', "return { v: [].constructor['constr' + 'uctor']('return Math.random()')() }"],
    ['it called by others', 'return { v: [1].map(Math.random)[0] }'],
    ['it without using it', 'if (Math.random() > 2) return row; return null'],
    ['Date.now', 'return { v: Date.now() }'],
    ['new Date()', 'return { v: new Date() }'],
    ['Date()', 'return { v: Date(2020) }'],
    ['the constructor of a date', 'return { v: new (new Date(0).constructor)() }'],
    ['what that has', 'return { v: new Date(0).constructor.now() }'],
    ['a class of dates', 'class D extends Date {} return { v: new D().getTime() }'],
    ['Reflect.construct', 'return { v: Reflect.construct(Date, []) }'],
    ['performance.now', 'return { v: performance.now() }'],
    ['a formatter of dates', 'return { v: new Intl.DateTimeFormat("de").format() }'],
    ['a timer', 'await new Promise((go) => setTimeout(go, 1)); return row'],
    [
      'a race of timers',
      'const at = globalThis["set" + "Immediate"]; return { v: await new Promise((go) => { at(() => go(1)); at(() => go(2)) }) }',
    ],
    ['a WeakRef', 'return { v: new globalThis["Weak" + "Ref"]({}).deref() !== undefined }'],
    ['toJSON', 'return { v: { toJSON: () => Math.random() } }'],
    ['a getter', 'return { get v() { return Math.random() } }'],
    [
      'traps on every object',
      'for (const trap of ["apply", "construct", "get"]) Object.prototype[trap] = () => 1; return { v: new Date() > 0 }',
    ],
  ])('%s', async (_name, code) => {
    expect(await said(code)).toEqual([true]);
  });

  it('from the batch on in which it does so', async () => {
    expect(await said('return { v: row.n === 1 ? Math.random() : 0 }', 'rows', 1)).toEqual([
      false,
      true,
      true,
    ]);
  });
  it.each([
    ['code', "return [{ v: Math.valueOf()['ran' + 'dom']() }]"],
    ['what it hands over', 'return df.apply ? df.n.apply((n) => n + new Date().getTime()) : df'],
    ['a timer', 'await new Promise((go) => setTimeout(go, 1)); return df'],
    ['what draws in the library', 'return [{ v: dfd.tensorflow.randomNormal([2]).dataSync()[0] }]'],
  ])('in a frame, by %s', async (_name, code) => {
    expect(await said(code, 'frame')).toEqual([true]);
  });
});

describe('other code is not', () => {
  it.each([
    ['rows', 'return row'],
    ['dates that are told', 'return { v: new Date(row.n), u: Date.UTC(2020), p: Date.parse("2020-01-01") }'],
    [
      'a class of dates',
      'class D extends Date {} return { v: new D(5) instanceof Date, u: new D(5).constructor === D }',
    ],
    ['what dates say of themselves', 'return { v: new Date(0).toLocaleString() + Date.name + Date.length }'],
    [
      'the constructor of dates',
      'return { v: new Date(0).constructor === Date && Date.prototype.constructor === Date }',
    ],
    ['promises', 'await null; return await Promise.race([row, {}])'],
    ['a sort', 'return { v: [3, 1, 2].sort().join() }'],
  ])('%s', async (_name, code) => {
    expect(await said(code)).toEqual([false]);
  });

  it.each([
    ['a frame', 'return df'],
    ['a column', 'df.addColumn("m", df.n.mul(2), { inplace: true }); return df.sortValues("n")'],
    ['a group', 'return df.groupby(["n"]).agg({ n: "sum" })'],
    ['a merge', 'return dfd.merge({ left: df, right: df, on: ["n"], how: "left" })'],
    ['a summary', 'return df.describe()'],
    [
      'a median',
      'return Array.from({ length: 300 }, (_, i) => ({ v: new dfd.Series(Array.from({ length: i + 1 }, (_, j) => (j * 7) % (i + 1))).median() }))',
    ],
    ['a scale', 'const scaler = new dfd.StandardScaler(); scaler.fit(df); return scaler.transform(df)'],
    ['a print', 'df.print(); return df'],
    ['tensors', 'return [{ v: dfd.tensorflow.tensor([1, 2]).sum().dataSync()[0] }]'],
  ])('%s of the library', async (_name, code) => {
    expect(await said(code, 'frame')).toEqual([false]);
  });

  it('nor is what follows in the same process', async () => {
    expect(await said('return { v: Math.random() }')).toEqual([true]);
    expect(await said('return row')).toEqual([false]);
  });
});

it('the note cannot be taken back', async () => {
  const code = `const v = Math.random();
    Math.random = () => 0.5; globalThis.Date = class {}; delete globalThis.performance;
    for (const name of ["used", "usedChance", "ok", "rows"]) Object.defineProperty(Object.prototype, name, { get: () => false, set() {}, configurable: true });
    return { v }`;
  expect(await said(code)).toEqual([true]);
});
