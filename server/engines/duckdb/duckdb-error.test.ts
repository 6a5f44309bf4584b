import { describe, expect, it } from 'vitest';
import { toErrorRecord } from '#lib/errors/app-error.ts';
import { fromDuckDB } from './duckdb-error.ts';

describe('an error about a file', () => {
  it.each([
    "Invalid Input Error: Footer length error in file '/srv/data/files/w/uploads/bad one.parquet'",
    'Invalid Input Error: Malformed JSON in file "/srv/data/files/w/uploads/bad one.parquet", at byte 2 in line 4: unexpected end',
    'Invalid Input Error: CSV Error on Line: 3\nOriginal Line: a\nToo many columns\n\n  file = /srv/data/files/w/uploads/bad one.parquet\n  delimiter = ,',
    'IO Error: Cannot open file "/srv/data/files/w/uploads/bad one.parquet": No such file or directory',
  ])('names it, and not where this machine keeps it: %s', (said) => {
    const text = JSON.stringify(toErrorRecord(fromDuckDB(new Error(said))));
    expect(text).toContain('bad one.parquet');
    expect(text).not.toContain('/srv');
  });
});

it('leaves what people wrote themselves as it is', () => {
  const said = "Conversion Error: Could not convert string '/home/x' to INT32";
  expect(toErrorRecord(fromDuckDB(new Error(said))).cause).toContain("'/home/x'");
});
