import { asciiLower, isNode, text, type TreeNode } from './tree-node.ts';

/** Where in the nesting of queries a call stands: the names of the tables that each query round it reads. */
type Levels = readonly ReadonlySet<string>[];

/** Parts of a SELECT that its own FROM is not read in, or not by aggregates. */
const OUTSIDE = new Set(['cte_map', 'from_table', 'where_clause', 'group_expressions']);

/**
 * The first aggregate inside a subquery that belongs to the rows outside it: `(SELECT sum(amount))` names a column of no
 * table of its own, so DuckDB melts the outer rows into one. A plain name under a FROM may be a column of either side:
 * only the binder can tell.
 */
export function outerAggregate(subquery: unknown, isAggregate: (call: TreeNode) => boolean): TreeNode | null {
  return find(subquery, { levels: [], isAggregate });
}

interface Search {
  levels: Levels;
  isAggregate: (call: TreeNode) => boolean;
}

function find(value: unknown, search: Search): TreeNode | null {
  if (Array.isArray(value)) return first(value, search);
  if (!isNode(value)) return null;
  if (value['type'] === 'SELECT_NODE') return inSelect(value, search);
  if (value['class'] === 'FUNCTION' && search.isAggregate(value) && isOuter(value, search.levels))
    return value;
  return first(Object.values(value), search);
}

function first(values: readonly unknown[], search: Search): TreeNode | null {
  for (const value of values) {
    const found = find(value, search);
    if (found) return found;
  }
  return null;
}

/** What a query aggregates in its WITH, FROM, WHERE or GROUP BY are never rows of its own FROM. */
function inSelect(select: TreeNode, search: Search): TreeNode | null {
  const parts = Object.entries(select);
  const outside = parts.filter(([key]) => OUTSIDE.has(key)).map(([, part]) => part);
  const inside = parts.filter(([key]) => !OUTSIDE.has(key)).map(([, part]) => part);
  const levels = [...search.levels, tablesOf(select['from_table'])];
  return first(outside, search) ?? first(inside, { ...search, levels });
}

function isOuter(call: TreeNode, levels: Levels): boolean {
  const tables = new Set(levels.flatMap((level) => [...level]));
  const columns = columnsIn(call);
  return columns.length > 0 && columns.every((names) => isOuterColumn(names, tables));
}

function isOuterColumn(names: string[], tables: ReadonlySet<string>): boolean {
  if (tables.size === 0) return true;
  return names.length > 1 && OUTER_TABLES.has(names[0] ?? '') && !tables.has(names[0] ?? '');
}

/** The names under which a node's own rows are read. */
const OUTER_TABLES = new Set(['input', 'l', 'r']);

function columnsIn(value: unknown): string[][] {
  if (Array.isArray(value)) return value.flatMap(columnsIn);
  if (!isNode(value)) return [];
  if (value['class'] === 'COLUMN_REF' && Array.isArray(value['column_names']))
    return [value['column_names'].map((name) => asciiLower(text(name)))];
  return Object.values(value).flatMap(columnsIn);
}

/** The names of what a FROM reads: aliases, tables and functions. A subquery without an alias has one that nobody says. */
function tablesOf(from: unknown): ReadonlySet<string> {
  if (!isNode(from) || from['type'] === 'EMPTY') return new Set();
  if (from['type'] === 'JOIN') return new Set([...tablesOf(from['left']), ...tablesOf(from['right'])]);
  const called = isNode(from['function']) ? text(from['function']['function_name']) : '';
  const name = [text(from['alias']), text(from['table_name']), called].find((one) => one !== '');
  return new Set([asciiLower(name ?? '')]);
}
