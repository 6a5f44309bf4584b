import fc from 'fast-check';
import type { Sketch } from '../workbench.ts';

/**
 * A node of a random graph, twice: as a document says it, and as SQL that a person would write for it over tables named
 * after its inputs. The two share no code. Every node has the columns i, k and v; no join looks at v.
 */
export interface RandomNode {
  id: string;
  node: Record<string, unknown>;
  /** Each `source -> id`, with a port where the node has two. */
  edges: Record<string, unknown>[];
  sql: string;
  /** Whether its sample must be its first rows. */
  ordered: boolean;
}

type Draw = { op: string; a: number; b: number; value: number; how: string };

const JOINS = ['inner', 'left', 'semi', 'anti', 'full', 'right'] as const;
const OPS = [
  'source',
  'source',
  'filter',
  'filter',
  'filter',
  'mutate',
  'select',
  'order',
  'order',
  'limit',
  'limit',
  'top',
  'aggregate',
  'distinct',
  'union',
  'union',
  'join',
  'join',
  'sql',
  'window',
  'ranked',
  'fill',
  'keyed',
  'merged',
  'swapped',
  'among',
  'totals',
] as const;

export const draws: fc.Arbitrary<Draw[]> = fc.array(
  fc.record({
    op: fc.constantFrom(...OPS),
    a: fc.nat(1000),
    b: fc.nat(1000),
    value: fc.integer({ min: 0, max: 12 }),
    how: fc.constantFrom(...JOINS),
  }),
  { minLength: 2, maxLength: 11 },
);

/** The value of the parameter that conditions on no column use. */
const FEW = 3;

/** Files that sources read, by name: rows and how many different keys. */
export const FILES: Record<string, { rows: number; keys: number }> = {
  'none.parquet': { rows: 0, keys: 3 },
  'one.csv': { rows: 1, keys: 1 },
  'few.parquet': { rows: 40, keys: 7 },
  'some.csv': { rows: 120, keys: 5 },
  'many.parquet': { rows: 6000, keys: 12 },
  'more.csv': { rows: 4000, keys: 60 },
};

export const fileSql = ({ rows, keys }: { rows: number; keys: number }): string =>
  `SELECT range::BIGINT AS i, CASE WHEN range % 11 = 10 THEN NULL ELSE (range * 7) % ${keys} END::BIGINT AS k, ((range * 31) % 97)::BIGINT AS v FROM range(${rows})`;

/** The graph that was drawn; every node that nothing reads gets a destination. */
export function graphOf(drawn: readonly Draw[]): RandomNode[] {
  const nodes: RandomNode[] = [];
  for (const draw of drawn) nodes.push(nodeOf(draw, nodes));
  const read = new Set(nodes.flatMap(({ edges }) => edges.map(({ source }) => source)));
  const ends = nodes.filter(({ id }) => !read.has(id));
  return [
    ...nodes,
    ...ends.map(({ id, ordered }, index): RandomNode => {
      const path = `out/${id}.${index % 2 === 0 ? 'parquet' : 'csv'}`;
      return {
        id: `out_${id}`,
        node: { type: 'file-destination', config: { path } },
        edges: [{ source: id }],
        sql: `FROM ${id}`,
        ordered,
      };
    }),
  ];
}

function nodeOf(draw: Draw, before: readonly RandomNode[]): RandomNode {
  const id = `n${before.length}`;
  const a = before[draw.a % Math.max(before.length, 1)];
  const b = before[draw.b % Math.max(before.length, 1)];
  if (!a || !b || draw.op === 'source') return sourceOf(id, draw);
  const { value } = draw;
  const one = [{ source: a.id }];
  switch (draw.op) {
    case 'filter': {
      const conditions = [
        `k < ${value}`,
        `i % 13 > ${value}`,
        'k IS NOT NULL',
        `i > ${value * 300}`,
        // On no column, so it is every row or none; by itself and beside another.
        `\${few} <= ${value}`,
        `\${few} <= ${value} AND i % 3 > 0`,
        // On a column that nothing else may test, and of kinds that DuckDB moves less freely.
        `v > ${value * 7}`,
        `v % 5 > ${value % 5}`,
        `try_cast(v AS TINYINT) > ${value * 7}`,
        `v / 3 > ${value * 2} AND abs(v) < 90`,
        `year(DATE '2020-01-01' + CAST(v * 20 AS INTEGER)) > ${2019 + (value % 5)}`,
      ];
      const condition = conditions[draw.b % conditions.length] ?? '';
      const sql = `FROM ${a.id} WHERE ${condition.replace('${few}', String(FEW))}`;
      return { id, node: { type: 'filter', config: { condition } }, edges: one, sql, ordered: a.ordered };
    }
    case 'mutate': {
      const columns = [{ name: 'k', expression: `k + ${value}` }];
      const sql = `SELECT i, k + ${value} AS k, v FROM ${a.id}`;
      return { id, node: { type: 'mutate', config: { columns } }, edges: one, sql, ordered: a.ordered };
    }
    case 'select': {
      const columns = [{ from: 'k', as: 'i' }, { from: 'i', as: 'k' }, { from: 'v' }];
      const sql = `SELECT k AS i, i AS k, v FROM ${a.id}`;
      return { id, node: { type: 'select', config: { columns } }, edges: one, sql, ordered: a.ordered };
    }
    case 'order': {
      const by = [{ column: 'k', direction: 'desc' }, { column: 'i' }, { column: 'v' }];
      const sql = `FROM ${a.id} ORDER BY k DESC NULLS LAST, i NULLS LAST, v NULLS LAST`;
      return { id, node: { type: 'order', config: { by } }, edges: one, sql, ordered: true };
    }
    case 'limit': {
      // The first rows are the same each time only right after a sort of all columns.
      if (!a.sql.includes(' ORDER BY k DESC')) return sourceOf(id, draw);
      const count = value * 15;
      const sql = `FROM ${a.id} LIMIT ${count}`;
      return { id, node: { type: 'limit', config: { count } }, edges: one, sql, ordered: true };
    }
    case 'top': {
      // A limit is the same rows each time only where all columns are ordered.
      const query = `SELECT * FROM ${a.id} ORDER BY i NULLS LAST, k NULLS LAST, v NULLS LAST LIMIT ${value * 20}`;
      return { id, node: { type: 'sql', config: { query } }, edges: one, sql: query, ordered: true };
    }
    case 'aggregate': {
      const aggregations = ['i', 'v'].map((name) => ({ column: name, function: 'max', as: name }));
      const config = { groupBy: ['k'], aggregations };
      const sql = `SELECT k, max(i) AS i, max(v) AS v FROM ${a.id} GROUP BY k`;
      return { id, node: { type: 'aggregate', config }, edges: one, sql, ordered: false };
    }
    case 'distinct': {
      const sql = `SELECT DISTINCT i, k, v FROM ${a.id}`;
      return { id, node: { type: 'deduplicate', config: {} }, edges: one, sql, ordered: false };
    }
    case 'window': {
      const query = `SELECT i, row_number() OVER (PARTITION BY k ORDER BY i NULLS LAST, v NULLS LAST) AS k, v FROM ${a.id}`;
      return { id, node: { type: 'sql', config: { query } }, edges: one, sql: query, ordered: false };
    }
    case 'sql': {
      const query = `SELECT i, k, v FROM ${a.id} WHERE i >= (SELECT avg(i) FROM ${a.id})`;
      return { id, node: { type: 'sql', config: { query } }, edges: one, sql: query, ordered: false };
    }
    case 'ranked': {
      const partition = draw.b % 2 === 0 ? ['k'] : [];
      const ranked = {
        name: 'k',
        expression: 'row_number()',
        partitionBy: partition,
        orderBy: [{ column: 'i' }, { column: 'v' }],
      };
      const by = partition.length > 0 ? 'PARTITION BY k ' : '';
      const sql = `SELECT i, row_number() OVER (${by}ORDER BY i NULLS LAST, v NULLS LAST) AS k, v FROM ${a.id}`;
      // Of equal rows any may be the first, so only what comes out is the same, not in which order.
      return { id, node: { type: 'window', config: { columns: [ranked] } }, edges: one, sql, ordered: false };
    }
    case 'fill': {
      const columns = [{ column: 'k', with: 'value', value }];
      const sql = `SELECT i, coalesce(k, ${value}) AS k, v FROM ${a.id}`;
      return { id, node: { type: 'fill-missing', config: { columns } }, edges: one, sql, ordered: a.ordered };
    }
    case 'keyed': {
      const config = { keys: ['k'], keep: 'first', orderBy: [{ column: 'i' }, { column: 'v' }] };
      const sql = `SELECT DISTINCT ON (k) i, k, v FROM ${a.id} ORDER BY k, i NULLS LAST, v NULLS LAST`;
      return { id, node: { type: 'deduplicate', config }, edges: one, sql, ordered: false };
    }
    case 'merged': {
      // Two edges into one port are stacked.
      if (a === b) return sourceOf(id, draw);
      const condition = `k > ${value}`;
      const sql = `SELECT i, k, v FROM (SELECT i, k, v FROM ${a.id} UNION ALL SELECT i, k, v FROM ${b.id}) WHERE ${condition}`;
      const edges = [...one, { source: b.id }];
      return { id, node: { type: 'filter', config: { condition } }, edges, sql, ordered: false };
    }
    case 'swapped': {
      const columns = [{ from: 'k', as: 'i' }, { from: 'i', as: 'k' }, { from: 'v' }];
      const edges = [{ source: a.id, transform: { mode: 'select', columns } }];
      const sql = `SELECT k AS i, i AS k, v FROM ${a.id} WHERE i < ${value * 100}`;
      const node = { type: 'filter', config: { condition: `k < ${value * 100}` } };
      return { id, node, edges, sql, ordered: a.ordered };
    }
    case 'among': {
      if (a === b) return sourceOf(id, draw);
      b.node['masterData'] = true;
      const query = (table: string) => `SELECT i, k, v FROM input WHERE k IN (SELECT k FROM ${table})`;
      const sql = query(b.id).replace('input', a.id);
      return {
        id,
        node: { type: 'sql', config: { query: query(`master.${b.id}`) } },
        edges: one,
        sql,
        ordered: false,
      };
    }
    case 'totals': {
      const aggregations = [
        { column: 'i', function: 'count', as: 'i' },
        { column: 'k', function: 'max', as: 'k' },
        { column: 'v', function: 'max', as: 'v' },
      ];
      const sql = `SELECT count(i) AS i, max(k) AS k, max(v) AS v FROM ${a.id}`;
      return { id, node: { type: 'aggregate', config: { aggregations } }, edges: one, sql, ordered: false };
    }
    case 'union': {
      // One edge each way: the same node twice needs names.
      const edges = a === b ? one : [...one, { source: b.id }];
      const sql = edges.map(({ source }) => `SELECT i, k, v FROM ${source}`).join(' UNION ALL ');
      return { id, node: { type: 'union', config: {} }, edges, sql, ordered: false };
    }
    default:
      return joinOf(id, draw, [a, b]);
  }
}

function sourceOf(id: string, { a }: Draw): RandomNode {
  const names = Object.keys(FILES);
  const name = names[a % names.length] ?? '';
  return {
    id,
    node: { type: 'file-source', config: { path: name } },
    edges: [],
    sql: fileSql(FILES[name] ?? { rows: 0, keys: 1 }),
    ordered: true,
  };
}

function joinOf(id: string, { how }: Draw, [a, b]: [RandomNode, RandomNode]): RandomNode {
  const on = [
    { left: 'i', right: 'i' },
    { left: 'k', right: 'k' },
  ];
  const isHalf = how === 'semi' || how === 'anti';
  const columns = isHalf ? 'l.i, l.k, l.v' : 'coalesce(l.i, r.i) AS i, coalesce(l.k, r.k) AS k, l.v';
  const keys = { mode: 'select', columns: [{ from: 'i' }, { from: 'k' }] };
  return {
    id,
    node: { type: 'join', config: { how, on } },
    edges: [
      { source: a.id, targetPort: 'left' },
      { source: b.id, targetPort: 'right', transform: keys },
    ],
    sql: `SELECT ${columns} FROM ${a.id} l ${how.toUpperCase()} JOIN ${b.id} r ON l.i = r.i AND l.k = r.k`,
    ordered: false,
  };
}

export function sketchOf(nodes: readonly RandomNode[], settings: Record<string, unknown>): Sketch {
  return {
    settings,
    parameters: { few: { type: 'integer', default: FEW } },
    nodes: Object.fromEntries(nodes.map(({ id, node }) => [id, node])),
    edges: nodes.flatMap(({ id, edges }) => edges.map((edge) => ({ ...edge, target: id }))),
  };
}
