import { expect, it } from 'vitest';
import { AppError, errorRecordSchema, faultSchema, toErrorRecord, toFault } from './app-error.ts';

it('keeps within what a record holds, however much an engine says', () => {
  const long = '😀'.repeat(200_000);
  const issue = { code: 'x', severity: 'error' as const, message: 'm' };
  const error = new AppError('query-failed', `a${long}`, {
    hint: long,
    sql: long,
    cause: new Error(long),
    issues: Array.from({ length: 2000 }, () => issue),
  });
  const record = errorRecordSchema.parse(toErrorRecord(error));
  expect(record.message).toMatch(/^a😀.*…$/u);
  // Nothing was cut in the middle of a character.
  expect(JSON.stringify(record)).not.toMatch(/\\ud/i);
  expect(record.issues).toHaveLength(1000);
  expect(faultSchema.parse(toFault(error)).message).toBe(record.message);
});

it('leaves short texts as they are', () => {
  const record = toErrorRecord(new AppError('a-code', 'What happened.', { hint: 'Do this.' }));
  expect(record).toMatchObject({ code: 'a-code', message: 'What happened.', hint: 'Do this.', cause: null });
});
