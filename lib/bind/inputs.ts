import { AppError, type Fault } from '../errors/app-error.ts';
import { sourcePortOf, targetPortOf, type Placed } from '../document/structure.ts';
import type { DocumentEdge, DocumentNode } from '../document/schema.ts';
import type { NodeDefinition } from '../nodes/define.ts';
import { column } from '../sql/expression.ts';
import { nearestName } from '../sql/near-name.ts';
import type { Relation } from '../sql/relation.ts';
import { findColumn } from '../sql/schema.ts';
import { mergeInputs, unused, type Merged, type MergeInput } from './merge.ts';
import type { BoundEdge, BoundNode, BoundPort, TypeOracle } from './types.ts';

export interface BoundInput {
  port: BoundPort;
  ordered: boolean;
  /** Columns without any value, in lower case; known of a single edge. */
  empty: ReadonlySet<string>;
  warning: Fault | null;
  /** Why the port's rows cannot be merged as the node asks; a fault only where the node reads them merged. */
  problem: AppError | null;
}

/** The ports of a node with what reaches them, in the order of its definition. Throws for an edge that cannot bring what it says. */
export async function bindInputs({
  node,
  definition,
  edges,
  bound,
  oracle,
}: {
  node: DocumentNode;
  definition: NodeDefinition;
  edges: readonly Placed<DocumentEdge>[];
  bound: ReadonlyMap<string, BoundNode>;
  oracle: TypeOracle;
}): Promise<BoundInput[]> {
  const inputs: BoundInput[] = [];
  for (const { name } of definition.inputs) {
    const here = edges.filter(({ value }) => targetPortOf(value, definition) === name);
    if (here.length === 0) continue;
    const taken = new Set<string>();
    const arrivals = here.map((placed) => arrival(placed, name, bound, taken));
    const attempt = await tryMerge(arrivals, node.merge ?? 'auto', oracle);
    const { rule, sentence, schema, relation } = attempt.merged;
    inputs.push({
      port: { port: name, edges: arrivals.map(({ edge }) => edge), rule, sentence, schema, relation },
      ordered: attempt.merged.ordered,
      empty: (arrivals.length === 1 ? arrivals[0]?.input.empty : undefined) ?? new Set(),
      warning:
        attempt.merged.warning === null
          ? null
          : {
              code: 'sorted-before-join',
              severity: 'warning',
              message: attempt.merged.warning,
              hint: 'Join them by a key, or order them first.',
              place: { nodeId: node.id },
            },
      problem: attempt.problem,
    });
  }
  return inputs;
}

async function tryMerge(
  arrivals: readonly Arrival[],
  rule: 'auto' | 'union' | 'join',
  oracle: TypeOracle,
): Promise<{ merged: Merged; problem: AppError | null }> {
  const inputs = arrivals.map(({ input }) => input);
  try {
    return { merged: await mergeInputs(inputs, rule, (types) => oracle.unify(types)), problem: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return {
      merged: {
        rule: 'none',
        sentence: '',
        schema: [],
        relation: { op: 'values', schema: [], rows: [] },
        ordered: false,
        warning: null,
      },
      problem: error,
    };
  }
}

interface Arrival {
  edge: BoundEdge;
  input: MergeInput;
}

function arrival(
  { index, value: edge }: Placed<DocumentEdge>,
  port: string,
  bound: ReadonlyMap<string, BoundNode>,
  taken: Set<string>,
): Arrival {
  const source = bound.get(edge.source);
  if (!source)
    throw new AppError('internal', `"${edge.source}" was not bound before "${edge.target}"`, { kind: 'bug' });
  const columns = transformed(edge, index, source);
  const leaf: Relation = { op: 'input', port: String(index) };
  const whole =
    columns.length === source.schema.length &&
    columns.every(({ from, as }, position) => from === as && source.schema[position]?.name === from);
  const relation: Relation = whole
    ? leaf
    : {
        op: 'project',
        input: leaf,
        columns: columns.map(({ from, as }) => ({ name: as, expression: column(from) })),
      };
  const alias = unused(edge.as ?? edge.source, taken);
  const schema = columns.map(({ as, type }) => ({ name: as, type }));
  return {
    edge: {
      index,
      edge,
      sourcePort: sourcePortOf(edge, source.definition),
      targetPort: port,
      columns,
      alias,
      relation,
    },
    input: {
      name: source.name,
      alias,
      schema,
      relation,
      ordered: source.ordered,
      empty: new Set(
        columns
          .filter(({ from }) => source.emptyColumns?.has(from.toLowerCase()))
          .map(({ as }) => as.toLowerCase()),
      ),
    },
  };
}

function transformed(edge: DocumentEdge, index: number, source: BoundNode): BoundEdge['columns'] {
  const { transform } = edge;
  if (!transform || transform.mode === 'all')
    return source.schema.map(({ name, type }) => ({ from: name, as: name, type }));
  const taken = new Map<string, number>();
  return transform.columns.map(({ from, as }, position) => {
    const path = ['edges', index, 'transform', 'columns', position];
    const found = findColumn(source.schema, from);
    if (!found) {
      const near = nearestName(
        from,
        source.schema.map(({ name }) => name),
      );
      throw new AppError(
        'column-not-found',
        `The edge picks "${from}", which "${source.name}" does not have`,
        {
          hint: near
            ? `Did you mean "${near}"?`
            : `It has: ${source.schema
                .map(({ name }) => name)
                .slice(0, 20)
                .join(', ')}.`,
          place: { path: [...path, 'from'], edge: index, nodeId: edge.target },
        },
      );
    }
    const name = as ?? found.name;
    const before = taken.get(name.toLowerCase());
    if (before !== undefined) {
      throw new AppError('duplicate-column', `The edge brings two columns named "${name}"`, {
        hint: 'Give one of them another name with "as".',
        place: { path: [...path, as === undefined ? 'from' : 'as'], edge: index, nodeId: edge.target },
      });
    }
    taken.set(name.toLowerCase(), position);
    return { from: found.name, as: name, type: found.type };
  });
}
