/** A pipeline as the benchmarks write it. */
export interface Sketch {
  /** Type and config by id. */
  nodes: Record<string, [type: string, config: Record<string, unknown>]>;
  /** Chains of `a > b > c`; `b.left` names a port. */
  edges: string[];
}

export function documentOf(sketch: Sketch, settings: Record<string, unknown>): Record<string, unknown> {
  return {
    version: 1,
    name: 'benchmark',
    settings,
    nodes: Object.entries(sketch.nodes).map(([id, [type, config]]) => ({ id, type, config })),
    edges: sketch.edges.flatMap(edgesOf),
  };
}

function edgesOf(chain: string): Record<string, string>[] {
  const ends = chain.split(' > ').map((end) => {
    const [id = '', port] = end.split('.');
    return { id, port };
  });
  return ends.slice(1).map(({ id, port }, index) => ({
    source: ends[index]?.id ?? '',
    target: id,
    ...(port === undefined ? {} : { targetPort: port }),
  }));
}

type Node = Sketch['nodes'][string];

export const source = (path: string): Node => ['file-source', { path }];
export const filter = (condition: string): Node => ['filter', { condition }];
export const mutate = (columns: Record<string, string>): Node => [
  'mutate',
  { columns: Object.entries(columns).map(([name, expression]) => ({ name, expression })) },
];
export const pick = (...names: string[]): Node => ['select', { columns: names.map((from) => ({ from })) }];
/** `{ total: 'sum amount', n: 'count' }` */
export const aggregate = (groupBy: string[], calculate: Record<string, string>): Node => [
  'aggregate',
  {
    groupBy,
    aggregations: Object.entries(calculate).map(([as, text]) => {
      const [fn, column] = text.split(' ');
      return { function: fn, as, ...(column === undefined ? {} : { column }) };
    }),
  },
];
export const join = (left: string, right: string, how = 'inner'): Node => [
  'join',
  { how, on: [{ left, right }] },
];
export const order = (...by: string[]): Node => [
  'order',
  {
    by: by.map((text) => {
      const [column, direction = 'asc'] = text.split(' ');
      return { column, direction };
    }),
  },
];
export const union = (): Node => ['union', {}];
export const limit = (count: number): Node => ['limit', { count }];
export const sql = (query: string): Node => ['sql', { query }];
export const destination = (path: string): Node => ['file-destination', { path }];
