import { describe, expect, it } from 'vitest';
import { chooseMode } from './mode.ts';
import { sketchGraph } from './testing/sketch-graph.ts';

/** Code that reads a source of so many rows; null: nobody knows. */
function codeOver(estimatedRows: number | null) {
  const rows = estimatedRows === null ? {} : { estimatedRows };
  return sketchGraph([
    { id: 'a', ...rows },
    { id: 'js', reads: ['a'], kind: 'code' },
  ]).nodes;
}

describe('auto', () => {
  it.each([
    [100_000, 'memory', 'about 100,000 rows are read; whole tables are handed over up to 100,000'],
    [100_001, 'duckdb', 'about 100,001 rows are read; more than 100,000 go out of core'],
    [null, 'duckdb', 'it is not known how many rows are read'],
  ])('of code over %s rows is %s, and says why', (rows, mode, reason) => {
    const choice = chooseMode(codeOver(rows), 'auto');
    expect(choice).toMatchObject({ mode, engine: mode });
    expect(choice.modeReason).toContain(reason);
  });

  it('of SQL alone is duckdb, however few its rows', () => {
    const { mode, modeReason } = chooseMode(sketchGraph([{ id: 'a', estimatedRows: 1 }]).nodes, 'auto');
    expect(mode).toBe('duckdb');
    expect(modeReason).toContain('every node runs as SQL');
  });
});

it('is what was asked for, and says so', () => {
  for (const mode of ['memory', 'duckdb'] as const) {
    const choice = chooseMode(codeOver(null), mode);
    expect(choice.mode).toBe(mode);
    expect(choice.modeReason).toContain('it was asked for');
  }
});
