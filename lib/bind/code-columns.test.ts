import { describe, expect, it } from 'vitest';
import { isVolatileCode } from './code-columns.ts';

describe('code that may give other rows the next time', () => {
  it.each([
    'return Math.random()',
    'const {random} = Math; return random()',
    "return Math['random']()",
    "return Math['ran' + 'dom']()",
    "return Math?.['ran' + 'dom']()",
    'const dice = Math; return roll(dice)',
    'return Date.now()',
    'const {now}=Date; return now()',
    'const { now: time } = Date; return time()',
    'const Clock = Date; return new Clock()',
    'class Clock extends Date {}; return new Clock()',
    'return new Date',
    'return new Date()',
    'return new Date( )',
    'return new Date(/* today */)',
    'return new Date(...[])',
    'return +new Date;',
    'return Date(row.day)',
    'return Reflect.construct(Date, [])',
    "return globalThis['Da' + 'te']",
    'return new Intl.DateTimeFormat().format()',
    'return row.day.toLocaleString()',
    'return dfd.tensorflow.randomUniform([2])',
    'return tf.randomUniform([2])',
    'return truncated.randomNormal([2])',
    'return crypto.randomUUID()',
    'return crypto.getRandomValues(list)',
    'return performance.now()',
    'return process.hrtime()',
    'return df.sample(3)',
    "return df['sample'](3)",
    'const { shuffle } = dfd.utils; return shuffle(rows)',
    "return (() => 0).constructor('return 1')()",
    "return eval('1')",
    "return new Function('return 1')()",
    'return Math.r\\u0061ndom()',
  ])('%s', (code) => {
    expect(isVolatileCode(code)).toBe(true);
  });
});

describe('code that gives the same rows again', () => {
  it.each([
    'return row',
    'return { ...row, size: Math.round(row.n) + Math.max(1, 2) }',
    'return { day: new Date(row.date).toISOString(), year: new Date(row.date).getUTCFullYear() }',
    'return new Date( Date.UTC(2024, 0, 1) )',
    'return { at: Date.parse(row.at), is: row.at instanceof Date }',
    'return { date: row.date, updated_at: row.updatedAt, known: row.known }',
    'const twice = function (n) { return n * 2 }; return { n: twice(row.n) }',
    "df.addColumn('time', df['n'].values, { inplace: true }); return df",
    'return df.groupby(["a"]).sum()',
    'return { samples: row.samples, branded: row.brand, transform: row.mathematics }',
    'await new Promise((go) => setTimeout(go, 5)); return row',
  ])('%s', (code) => {
    expect(isVolatileCode(code)).toBe(false);
  });

  it('also where it is long', () => {
    const started = performance.now();
    const long = `return row${' '.repeat(500_000)}new${' '.repeat(500_000)}`;
    expect(isVolatileCode(long)).toBe(false);
    expect(performance.now() - started).toBeLessThan(500);
  });
});
