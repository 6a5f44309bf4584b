import { describe, expect, it } from 'vitest';
import { AppError } from '#lib/errors/app-error.ts';
import { holdingFunction, nameWhatHolds } from './held-in-memory.ts';

describe('holdingFunction', () => {
  it.each([
    ['SELECT list(t) FROM a', 'list'],
    ['SELECT "list"("t") FROM a', 'list'],
    ["SELECT k, STRING_AGG (t, ',') FROM a GROUP BY k", 'string_agg'],
    ['SELECT sum(v), quantile_cont(v, 0.9) FROM a', 'quantile_cont'],
    ['SELECT median(v) OVER (ORDER BY id) FROM a', 'median'],
    ['SELECT sum(v) FROM a GROUP BY k', null],
    ["SELECT 'list(' || t FROM a", null],
    ['SELECT list, median FROM a', null],
    ['SELECT my_list(t) FROM a', null],
  ])('of %s is %s', (sql, name) => {
    expect(holdingFunction(sql)).toBe(name);
  });
});

describe('nameWhatHolds', () => {
  it('says what to do instead, and keeps what the database said', () => {
    const error = nameWhatHolds(
      new AppError('out-of-memory', 'failed to allocate'),
      'SELECT median(v) FROM a',
    );
    expect(error.message).toContain('median()');
    expect(error.hint).toContain('approx_quantile');
    expect(error.cause).toMatchObject({ message: 'failed to allocate' });
  });

  it('leaves every other error as it is', () => {
    const error = new AppError('bad-cast', 'no');
    expect(nameWhatHolds(error, 'SELECT median(v) FROM a')).toBe(error);
    const sorted = new AppError('out-of-memory', 'failed to allocate');
    expect(nameWhatHolds(sorted, 'SELECT * FROM a ORDER BY v')).toBe(sorted);
  });
});
