import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bindPipeline } from '#lib/bind/bind.ts';
import type { BoundGraph, BoundNode, FindValues, SourceInspector } from '#lib/bind/types.ts';
import { readDocument } from '#lib/document/read.ts';
import { openOracle, type DuckDBOracle } from './oracle.ts';

// What node types ask of binding beyond their own columns: order, composed texts, columns that depend on the data.

let oracle: DuckDBOracle;
beforeAll(async () => {
  oracle = await openOracle();
});
afterAll(() => oracle.close());

const schema = [
  { name: 'region', type: 'VARCHAR' },
  { name: 'year', type: 'INTEGER' },
  { name: 'amount', type: 'INTEGER' },
];
const inspector: SourceInspector = {
  describe: () =>
    Promise.resolve({
      schema,
      scan: { format: 'parquet', paths: ['/a.parquet'], options: {}, schema },
      fingerprint: null,
      estimatedRows: null,
      warnings: [],
    }),
};

/** A chain of nodes behind one source, each fed by the one before. */
async function bindChain(
  nodes: { type: string; config: object }[],
  findValues?: FindValues,
): Promise<BoundGraph> {
  const all = [
    { id: 'n0', type: 'file-source', config: { path: 'a.parquet' } },
    ...nodes.map((node, index) => ({ id: `n${index + 1}`, ...node })),
  ];
  const edges = nodes.map((_node, index) => ({ source: `n${index}`, target: `n${index + 1}` }));
  const parameters = { min: { type: 'integer', default: 1 } };
  const read = readDocument({ version: 1, name: 'Test', parameters, nodes: all, edges });
  return bindPipeline(read, { parameters: {}, oracle, inspector, ...(findValues ? { findValues } : {}) });
}
const columnsOf = (node: BoundNode | undefined) => node?.schema.map(({ name, type }) => `${name} ${type}`);
const errors = (graph: BoundGraph) => graph.faults.filter(({ severity }) => severity === 'error');

describe('window', () => {
  const window = (expression: string, more: object = {}) => ({
    type: 'window',
    config: { columns: [{ name: 'x', expression, ...more }] },
  });

  it('may hold parameters beside its functions', async () => {
    const graph = await bindChain([window('sum(amount) + ${min}', { partitionBy: ['region'] })]);
    expect(errors(graph)).toEqual([]);
    expect(columnsOf(graph.nodes[1])?.at(-1)).toBe('x HUGEINT');
    expect(graph.nodes[1]?.parameters).toEqual(['min']);
  });

  it('is guarded as it was written and as it was composed', async () => {
    for (const expression of [
      "sum(getenv('HOME'))",
      'sum(amount)) OVER (), (1',
      'sum(amount',
      'sum(amuont)',
    ]) {
      const graph = await bindChain([window(expression)]);
      expect(graph.nodes.map(({ id }) => id)).toEqual(['n0']);
      expect(errors(graph)[0]?.place).toMatchObject({
        nodeId: 'n1',
        path: ['nodes', 1, 'config', 'columns', 0, 'expression'],
      });
    }
  });
});

describe('order', () => {
  it('lost on the way is missed where a node needs it', async () => {
    const forward = { type: 'fill-missing', config: { columns: [{ column: 'region', with: 'forward' }] } };
    const sample = { type: 'sample', config: { rows: 5 } };
    const order = { type: 'order', config: { by: [{ column: 'year' }] } };
    expect(errors(await bindChain([forward]))).toEqual([]);
    expect(errors(await bindChain([sample, order, forward]))).toEqual([]);
    expect(errors(await bindChain([sample, forward]))).toMatchObject([
      { code: 'order-needed', place: { nodeId: 'n2', path: ['nodes', 2, 'config', 'columns', 0, 'with'] } },
    ]);
  });
});

describe('pivot', () => {
  const pivot = { type: 'pivot', config: { on: 'Year', using: 'sum(amount)', groupBy: ['region'] } };
  const after = { type: 'mutate', config: { columns: [{ name: 'both', expression: '"2023" + "2024"' }] } };

  it('has the columns of the values that are found', async () => {
    const asked: BoundNode[] = [];
    const graph = await bindChain([pivot, after], (node) => {
      asked.push(node);
      return Promise.resolve(['2023', '2024']);
    });
    expect(errors(graph)).toEqual([]);
    expect(columnsOf(graph.nodes[2])).toEqual([
      'region VARCHAR',
      '2023 BIGINT',
      '2024 BIGINT',
      'both BIGINT',
    ]);
    expect(asked.map(({ id, schema: found }) => [id, found])).toEqual([
      [
        'n1',
        [
          { name: 'value', type: 'VARCHAR' },
          { name: 'sorted_by', type: 'INTEGER' },
        ],
      ],
    ]);
  });

  it('has its groups, and says so, where nobody can look', async () => {
    const graph = await bindChain([pivot]);
    expect(columnsOf(graph.nodes[1])).toEqual(['region VARCHAR']);
    expect(graph.nodes[1]?.warnings).toMatchObject([{ code: 'columns-depend-on-data', severity: 'warning' }]);
  });

  it('asks nothing where its values are listed, or its column is not there', async () => {
    const never: FindValues = () => Promise.reject(new Error('asked'));
    const listed = await bindChain([{ ...pivot, config: { ...pivot.config, values: [2024] } }], never);
    expect(columnsOf(listed.nodes[1])).toEqual(['region VARCHAR', '2024 BIGINT']);
    const wrong = await bindChain([{ ...pivot, config: { ...pivot.config, on: 'yeer' } }], never);
    expect(errors(wrong)).toMatchObject([{ code: 'column-not-found', hint: 'Did you mean "year"?' }]);
  });
});
