import { describe, expect, it } from 'vitest';
import { cellText, oneLine, toTsv } from './cell-text.ts';
import { columnKind, gridColumns, shortType } from './column-kind.ts';
import { rowWindow, scrollTopFor } from './row-window.ts';

describe('column kinds', () => {
  it.each([
    ['BIGINT', 'integer'],
    ['UTINYINT', 'integer'],
    ['HUGEINT', 'integer'],
    ['DECIMAL(18,2)', 'number'],
    ['DOUBLE', 'number'],
    ['VARCHAR', 'text'],
    ['BOOLEAN', 'boolean'],
    ['DATE', 'date'],
    ['TIMESTAMP WITH TIME ZONE', 'time'],
    ['INTERVAL', 'time'],
    ['BLOB', 'binary'],
    ['INTEGER[]', 'list'],
    ['DOUBLE[3]', 'list'],
    ['STRUCT(a INTEGER, b VARCHAR)[]', 'list'],
    ['STRUCT(a INTEGER[])', 'struct'],
    ['MAP(VARCHAR, INTEGER)', 'struct'],
    ["ENUM('a', 'b')", 'enum'],
    ['UUID', 'uuid'],
    ['GEOMETRY', 'unknown'],
  ])('%s is %s', (type, kind) => {
    expect(columnKind(type)).toBe(kind);
  });

  it('shortens what would not fit a header', () => {
    expect(shortType('STRUCT(a INTEGER, b VARCHAR)[]')).toBe('STRUCT[]');
    expect(shortType('DECIMAL(18,2)')).toBe('DECIMAL(18,2)');
    expect(shortType('TIMESTAMP WITH TIME ZONE')).toBe('TIMESTAMPTZ');
    expect(shortType("ENUM('a', 'b')")).toBe('ENUM');
  });

  it('gives a column room for its cells, within bounds', () => {
    const [tiny, wide] = gridColumns(
      [
        { name: 'a', type: 'INTEGER' },
        { name: 'b', type: 'VARCHAR' },
      ],
      (name) => [name === 'b' ? 'x'.repeat(500) : '1'],
    );
    expect(tiny?.width).toBe(72);
    expect(wide?.width).toBe(340);
  });
});

describe('cells', () => {
  it('tells NULL from empty text', () => {
    expect(cellText(null)).toBeNull();
    expect(cellText('')).toBe('');
    expect(cellText(false)).toBe('false');
  });

  it('writes timestamps with a blank, and leaves other text with a T alone', () => {
    expect(cellText('2001-01-31T23:59:59.5')).toBe('2001-01-31 23:59:59.5');
    expect(cellText('2001-01-31T23:59:59Z')).toBe('2001-01-31 23:59:59Z');
    expect(cellText('see 2001-01-31T23:59:59')).toBe('see 2001-01-31T23:59:59');
  });

  it('shows a cell in one line', () => {
    expect(oneLine('a\r\nb\tc')).toBe('a ↵ b ⇥ c');
    expect(oneLine('x'.repeat(401))).toHaveLength(401);
  });

  it('copies rows as a spreadsheet reads them', () => {
    const rows = [
      { a: 1, b: 'x "y"' },
      { a: null, b: 'two\nlines' },
    ];
    expect(toTsv(rows, ['a', 'b'], true)).toBe('a\tb\n1\t"x ""y"""\n\t"two\nlines"');
  });

  it('copies a single cell bare', () => {
    expect(toTsv([{ a: 'x "y"' }], ['a'], false)).toBe('x "y"');
  });
});

describe('the window of rows', () => {
  const base = { rowHeight: 24, viewportHeight: 240, overscan: 0 };

  it('draws what is in view', () => {
    const view = rowWindow({ ...base, rowCount: 1000, scrollTop: 36 });
    expect([view.first, view.end, view.height]).toEqual([1, 12, 24_000]);
    expect(view.topOf(1)).toBeCloseTo(24);
  });

  it('reaches the very last of three million rows', () => {
    const rowCount = 3_000_000;
    const height = rowWindow({ ...base, rowCount, scrollTop: 0 }).height;
    const view = rowWindow({ ...base, rowCount, scrollTop: height - 240 });
    expect(height).toBe(15_000_000);
    expect(view.end).toBe(rowCount);
    expect(view.topOf(rowCount - 1) + 24).toBeCloseTo(height);
  });

  it('is empty without rows', () => {
    expect(rowWindow({ ...base, rowCount: 0, scrollTop: 0 })).toMatchObject({ first: 0, end: 0, height: 0 });
  });

  it.each([10, 1000, 3_000_000])('scrolls a row of %i into view, no further than needed', (rowCount) => {
    for (const row of [0, Math.floor(rowCount / 2), rowCount - 1]) {
      const scrollTop = scrollTopFor(row, { ...base, rowCount, scrollTop: 0 });
      const view = rowWindow({ ...base, rowCount, scrollTop });
      const top = view.topOf(row) - scrollTop;
      expect(top).toBeGreaterThanOrEqual(-0.5);
      expect(top + 24).toBeLessThanOrEqual(240.5);
      expect(scrollTopFor(row, { ...base, rowCount, scrollTop })).toBeCloseTo(scrollTop);
    }
  });
});
