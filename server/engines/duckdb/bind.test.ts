import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bindPipeline } from '#lib/bind/bind.ts';
import type { SourceInspector } from '#lib/bind/types.ts';
import { readDocument } from '#lib/document/read.ts';
import { AppError } from '#lib/errors/app-error.ts';
import { openOracle, type DuckDBOracle } from './oracle.ts';

/** Binding with the real database behind it: columns, checked SQL, merging, master data, and every fault's place. */
let oracle: DuckDBOracle;
beforeAll(async () => {
  oracle = await openOracle();
});
afterAll(() => oracle.close());

/** A source's columns are written as its content: `id INTEGER, name VARCHAR`. */
const inspector: SourceInspector = {
  describe: ({ config }) => {
    const { content } = config as { content: string };
    if (content === 'gone') return Promise.reject(new AppError('file-not-found', 'There is no such file'));
    const schema = content.split(/,\s*(?![^(]*\))/).map((column) => {
      const [name = '', ...type] = column.trim().split(' ');
      return { name, type: type.join(' ') };
    });
    const scan = { format: 'csv' as const, paths: ['/nowhere.csv'], options: {}, schema };
    return Promise.resolve({ schema, scan, fingerprint: null, estimatedRows: null, warnings: [] });
  },
};

const source = (id: string, content: string, more: object = {}) => ({
  id,
  type: 'inline-source',
  config: { format: 'csv', content },
  ...more,
});
const edge = (text: string, more: object = {}) => {
  const [from = '', to = ''] = text.split('>');
  return { source: from, target: to, ...more };
};

function bind(
  nodes: object[],
  edges: object[] = [],
  more: { parameters?: object; given?: Record<string, unknown> } = {},
) {
  const read = readDocument({ version: 1, name: 'Test', parameters: more.parameters ?? {}, nodes, edges });
  return bindPipeline(read, { parameters: more.given ?? {}, oracle, inspector });
}
const columns = (graph: Awaited<ReturnType<typeof bind>>, id: string) =>
  graph.nodes.find((node) => node.id === id)?.schema.map(({ name, type }) => `${name} ${type}`);

describe('bindPipeline', () => {
  it('names the tables that a query can read, where it reads another', async () => {
    const other = await bind(
      [source('orders', 'id INTEGER'), { id: 'q', type: 'sql', config: { query: 'SELECT * FROM oders' } }],
      [edge('orders>q')],
    );
    expect(other.faults).toMatchObject([
      {
        code: 'table-not-found',
        message: 'There is no table "oders" here',
        place: { nodeId: 'q', path: ['nodes', 1, 'config', 'query'] },
      },
    ]);
    expect(other.faults[0]?.hint).toMatch(
      /^Did you mean "orders"\? It can read input, orders, master\.<id>\./,
    );
  });

  it('follows columns and types through a graph', async () => {
    const graph = await bind(
      [
        source('orders', 'id INTEGER, amount DECIMAL(10,2), day DATE'),
        { id: 'big', type: 'filter', config: { condition: 'amount > 10' } },
        { id: 'more', type: 'mutate', config: { columns: [{ name: 'year', expression: 'year(day)' }] } },
        {
          id: 'sums',
          type: 'aggregate',
          config: { groupBy: ['year'], aggregations: [{ column: 'amount', function: 'sum', as: 'total' }] },
        },
      ],
      [edge('orders>big'), edge('big>more'), edge('more>sums')],
    );
    expect(graph.faults).toEqual([]);
    expect(graph.generations).toEqual([['orders'], ['big'], ['more'], ['sums']]);
    expect(columns(graph, 'more')).toEqual(['id INTEGER', 'amount DECIMAL(10,2)', 'day DATE', 'year BIGINT']);
    expect(columns(graph, 'sums')).toEqual(['year BIGINT', 'total DECIMAL(38,2)']);
    expect(graph.nodes.map(({ ordered }) => ordered)).toEqual([true, true, true, false]);
  });

  it('says where an expression is wrong, and goes on with the rest', async () => {
    const graph = await bind(
      [
        source('a', 'x INTEGER, label VARCHAR'),
        { id: 'bad', type: 'filter', config: { condition: 'lable = 1' } },
        { id: 'below', type: 'limit', config: { count: 1 } },
        { id: 'good', type: 'filter', config: { condition: 'x = 1' } },
      ],
      [edge('a>bad'), edge('bad>below'), edge('a>good')],
    );
    expect(graph.nodes.map(({ id }) => id)).toEqual(['a', 'good']);
    expect(graph.faults).toMatchObject([
      {
        code: 'column-not-found',
        severity: 'error',
        place: { nodeId: 'bad', path: ['nodes', 1, 'config', 'condition'] },
      },
    ]);
    expect(graph.faults[0]?.hint).toContain('label');
  });

  it.each([
    ["SELECT * FROM read_csv('/etc/passwd')", 'query'],
    ["SELECT * FROM '/etc/passwd'", 'query'],
    ['SELECT 1; DROP TABLE input', 'query'],
    ["SELECT getenv('HOME')", 'query'],
  ])('refuses %s before anything is composed', async (query) => {
    const graph = await bind(
      [source('a', 'x INTEGER'), { id: 'q', type: 'sql', config: { query } }],
      [edge('a>q')],
    );
    expect(graph.nodes.map(({ id }) => id)).toEqual(['a']);
    expect(graph.faults[0]).toMatchObject({
      severity: 'error',
      place: { nodeId: 'q', path: ['nodes', 1, 'config', 'query'] },
    });
  });

  it('merges by the rule and tells it in words', async () => {
    const graph = await bind(
      [
        source('a', 'x INTEGER, y VARCHAR'),
        source('b', 'Y VARCHAR, X BIGINT'),
        source('c', 'z DATE'),
        { id: 'stacked', type: 'limit', config: { count: 5 } },
        { id: 'beside', type: 'limit', config: { count: 5 } },
      ],
      [edge('a>stacked'), edge('b>stacked'), edge('a>beside'), edge('c>beside')],
    );
    expect(graph.faults).toEqual([]);
    expect(columns(graph, 'stacked')).toEqual(['x BIGINT', 'y VARCHAR']);
    expect(columns(graph, 'beside')).toEqual(['a_x INTEGER', 'a_y VARCHAR', 'c_z DATE']);
    const rules = graph.nodes.flatMap(({ inputs }) => inputs.map(({ rule }) => rule));
    expect(rules).toEqual(['union', 'join']);
  });

  it('applies an edge’s transform, and names a missing column on that edge', async () => {
    const nodes = [source('a', 'x INTEGER, y VARCHAR'), { id: 'l', type: 'limit', config: { count: 1 } }];
    const select = (from: string) =>
      edge('a>l', { transform: { mode: 'select', columns: [{ from, as: 'renamed' }] } });
    expect(columns(await bind(nodes, [select('Y')]), 'l')).toEqual(['renamed VARCHAR']);
    expect((await bind(nodes, [select('why')])).faults).toMatchObject([
      { code: 'column-not-found', place: { edge: 0, path: ['edges', 0, 'transform', 'columns', 0, 'from'] } },
    ]);
  });

  it('gives a sql node its inputs by name, and merges them only if it reads input', async () => {
    const nodes = (query: string) => [
      source('a', 'x INTEGER'),
      source('b', 'x DATE'),
      { id: 'q', type: 'sql', merge: 'union', config: { query } },
    ];
    const edges = [edge('a>q'), edge('b>q', { as: 'days' })];
    const apart = await bind(nodes('SELECT a.x, days.x AS day FROM a, days ORDER BY 1'), edges);
    expect(apart.faults).toEqual([]);
    expect(columns(apart, 'q')).toEqual(['x INTEGER', 'day DATE']);
    expect(apart.nodes.at(-1)?.ordered).toBe(true);
    const whole = await bind(nodes('SELECT * FROM input'), edges);
    expect(whole.faults).toMatchObject([{ code: 'types-do-not-unify', place: { nodeId: 'q' } }]);
  });

  describe('master data', () => {
    const reader = (text: string) => ({
      id: 'r',
      type: 'sql',
      config: { query: `SELECT * FROM input JOIN ${text} USING (k)` },
    });
    const master = source('M', 'k INTEGER, name VARCHAR', { masterData: true });

    it('is read by name without an edge, and goes first', async () => {
      const graph = await bind(
        [source('a', 'k INTEGER, v INTEGER'), reader('master.m'), master],
        [edge('a>r')],
      );
      expect(graph.faults).toEqual([]);
      expect(graph.generations).toEqual([['M'], ['a'], ['r']]);
      expect(columns(graph, 'r')).toEqual(['k INTEGER', 'v INTEGER', 'name VARCHAR']);
      expect(graph.nodes.find(({ id }) => id === 'r')).toMatchObject({
        masters: ['M'],
        dependsOn: ['a', 'M'],
      });
    });

    it.each([
      ['unknown-master', [source('a', 'k INTEGER'), reader('master.nope'), master], [edge('a>r')]],
      [
        'not-master-data',
        [source('a', 'k INTEGER'), reader('master.b'), source('b', 'k INTEGER')],
        [edge('a>r')],
      ],
      [
        'cycle',
        [
          source('a', 'k INTEGER'),
          reader('master.late'),
          { id: 'late', type: 'limit', masterData: true, config: { count: 1 } },
        ],
        [edge('a>r'), edge('r>late')],
      ],
    ])('%s is a fault at its place', async (code, nodes, edges) => {
      const { faults } = await bind(nodes, edges);
      expect(faults.map((fault) => fault.code)).toContain(code);
      expect(faults.find((fault) => fault.code === code)?.place).toMatchObject({
        nodeId: 'r',
        path: ['nodes', 1, 'config', 'query'],
      });
    });
  });

  describe('parameters', () => {
    const parameters = { top: { type: 'integer', default: 3 }, who: { type: 'string' } };
    const nodes = (condition: string, count: unknown) => [
      source('a', 'x INTEGER, name VARCHAR'),
      { id: 'f', type: 'filter', config: { condition } },
      { id: 'l', type: 'limit', config: { count } },
    ];
    const edges = [edge('a>f'), edge('f>l')];

    it('are bound in SQL and typed where they are the whole value', async () => {
      const graph = await bind(nodes('name = ${who}', '${top}'), edges, {
        parameters,
        given: { who: "x' OR 1=1 --" },
      });
      expect(graph.faults).toEqual([]);
      expect(graph.nodes.at(-1)?.config).toMatchObject({ count: 3 });
      expect(JSON.stringify(graph.nodes[1]?.relation)).not.toContain('OR 1=1');
      expect(graph.nodes[1]?.parameters).toEqual(['who']);
    });

    it.each([
      ['inside quotes', "name = '${who}'", 'parameter-in-quotes'],
      ['unknown in SQL', 'name = ${whom}', 'unknown-parameter'],
    ])('%s are a fault', async (_, condition, code) => {
      const graph = await bind(nodes(condition, 1), edges, { parameters, given: { who: 'x' } });
      expect(graph.faults.find((fault) => fault.code === code)?.place).toMatchObject({
        path: ['nodes', 1, 'config', 'condition'],
      });
    });

    it('that nothing uses are said as a warning', async () => {
      const graph = await bind(nodes('x > ${top}', 1), edges, { parameters, given: { who: 'x' } });
      expect(graph.faults).toMatchObject([
        { code: 'unused-parameter', severity: 'warning', place: { path: ['parameters', 'who'] } },
      ]);
    });
  });

  it('does not hold a disabled node’s faults against the run', async () => {
    const graph = await bind(
      [source('a', 'x INTEGER'), { id: 'f', type: 'filter', disabled: true, config: {} }],
      [edge('a>f')],
    );
    expect(graph.faults.map(({ severity }) => severity)).toEqual(['warning']);
  });

  it('attributes a source that cannot be read to its node', async () => {
    const graph = await bind([source('a', 'gone')]);
    expect(graph.faults).toMatchObject([
      { code: 'file-not-found', place: { nodeId: 'a', path: ['nodes', 0] } },
    ]);
  });

  it('binds a chain of 200 nodes in linear time', async () => {
    const ids = Array.from({ length: 200 }, (_, index) => `n${index}`);
    const nodes = [
      source('a', 'x INTEGER'),
      ...ids.map((id) => ({ id, type: 'mutate', config: { columns: [{ name: 'x', expression: 'x + 1' }] } })),
    ];
    const graph = await bind(nodes, [
      edge('a>n0'),
      ...ids.slice(1).map((id, index) => edge(`n${index}>${id}`)),
    ]);
    expect(graph.faults).toEqual([]);
    expect(graph.nodes).toHaveLength(201);
  });
});
