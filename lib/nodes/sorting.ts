import { z } from 'zod';
import { column, type SortKey } from '../sql/expression.ts';
import type { Schema } from '../sql/schema.ts';
import { type ConfigPath, requireColumn } from './columns.ts';
import { columnName, field } from './fields.ts';

/** One column to sort by, as configs write it. */
export const sortItemSchema = z.strictObject({
  column: columnName({ label: 'Column' }),
  direction: field(z.enum(['asc', 'desc']).default('asc'), { label: 'Direction' }),
  nulls: field(z.enum(['first', 'last']).default('last'), {
    label: 'Empty values',
    help: 'Where rows without a value go, in both directions.',
  }),
});
export type SortItem = z.infer<typeof sortItemSchema>;

export function sortKeys(items: readonly SortItem[], schema: Schema, path: ConfigPath): SortKey[] {
  return items.map((item, index) => ({
    expression: column(requireColumn(schema, item.column, [...path, index, 'column']).name),
    direction: item.direction,
    nulls: item.nulls,
  }));
}

/** Every column, ascending: what decides between rows that are equal otherwise, the same on every run. */
export function allColumns(schema: Schema): SortKey[] {
  return schema.map(({ name }) => ({ expression: column(name), direction: 'asc', nulls: 'last' }));
}

export function sortSummary(items: readonly SortItem[]): string {
  return items.map((item) => (item.direction === 'desc' ? `${item.column} ↓` : item.column)).join(', ');
}
