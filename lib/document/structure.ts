import { cut, LIMITS, type Fault } from '../errors/app-error.ts';
import { dependenciesOf, findCycle } from '../graph/dag.ts';
import { RESERVED_NODE_IDS } from '../graph/ids.ts';
import { allDefinitions, definitionOf } from '../nodes/catalogue.ts';
import type { InputPort, NodeDefinition, OutputPort } from '../nodes/define.ts';
import { nearestName } from '../sql/near-name.ts';
import type { DocumentEdge, DocumentNode } from './schema.ts';

/** A node or edge that could be read, with its place in the document's list. */
export interface Placed<T> {
  index: number;
  value: T;
}

type Path = (string | number)[];
export const fault = (
  code: string,
  message: string,
  path: Path,
  extra: { hint?: string; nodeId?: string; edge?: number } = {},
): Fault => ({
  code,
  severity: 'error',
  message: cut(message, LIMITS.message),
  hint: extra.hint && cut(extra.hint, LIMITS.hint),
  place: {
    path,
    ...(extra.nodeId === undefined ? {} : { nodeId: extra.nodeId }),
    ...(extra.edge === undefined ? {} : { edge: extra.edge }),
  },
});

/** Ids are unique without regard to case and not reserved. The first of two stays. */
export function checkIds(nodes: readonly Placed<DocumentNode>[], faults: Fault[]): Placed<DocumentNode>[] {
  const seen = new Map<string, string>();
  return nodes.filter(({ index, value: { id } }) => {
    const path = ['nodes', index, 'id'];
    if (RESERVED_NODE_IDS.includes(id.toLowerCase())) {
      faults.push(
        fault('reserved-id', `"${id}" is a table name that SQL in a pipeline already has`, path, {
          nodeId: id,
          hint: 'Choose another id.',
        }),
      );
      return true;
    }
    const other = seen.get(id.toLowerCase());
    if (other !== undefined) {
      faults.push(
        fault(
          'duplicate-id',
          `Two nodes have the id "${id}"${other === id ? '' : ` ("${other}" differs only in case)`}`,
          path,
          { nodeId: id, hint: 'Give each node an id of its own.' },
        ),
      );
      return false;
    }
    seen.set(id.toLowerCase(), id);
    return true;
  });
}

export function checkTypes(nodes: readonly Placed<DocumentNode>[]): Fault[] {
  return nodes.flatMap(({ index, value: { id, type } }) => {
    if (definitionOf(type)) return [];
    const near = nearestName(
      type,
      allDefinitions().map((definition) => definition.type),
    );
    return [
      fault('unknown-type', `There is no node type "${type}"`, ['nodes', index, 'type'], {
        nodeId: id,
        hint: near ? `Did you mean "${near}"?` : 'See the list of node types.',
      }),
    ];
  });
}

/** Whether an edge has two ends and ports that exist; says what is wrong where not. */
export function checkEdge(
  { index, value: edge }: Placed<DocumentEdge>,
  nodes: ReadonlyMap<string, DocumentNode>,
  known: ReadonlySet<string | undefined>,
  faults: Fault[],
): boolean {
  const before = faults.length;
  let ends = true;
  for (const side of ['source', 'target'] as const) {
    const node = nodes.get(edge[side]);
    if (!node) {
      ends = false;
      // A node that is there but malformed has its own fault already.
      if (known.has(edge[side])) continue;
      const near = nearestName(edge[side], [...nodes.keys()]);
      faults.push(
        fault('dangling-edge', `The edge's ${side} "${edge[side]}" is no node`, ['edges', index, side], {
          edge: index,
          hint: near ? `Did you mean "${near}"?` : 'Remove the edge, or add the node.',
        }),
      );
      continue;
    }
    const definition = definitionOf(node.type);
    const found = definition ? edgePortFault({ index, value: edge }, side, definition) : null;
    if (found) faults.push(found);
  }
  if (edge.source === edge.target) {
    faults.push(
      fault('cycle', `"${edge.source}" feeds itself`, ['edges', index], {
        edge: index,
        nodeId: edge.source,
        hint: 'Remove the edge.',
      }),
    );
  }
  return ends && faults.length === before;
}

function edgePortFault(
  { index, value: edge }: Placed<DocumentEdge>,
  side: 'source' | 'target',
  definition: NodeDefinition,
): Fault | null {
  const ports: readonly (InputPort | OutputPort)[] =
    side === 'source' ? definition.outputs : definition.inputs;
  const key = side === 'source' ? 'sourcePort' : 'targetPort';
  const named = edge[key];
  if (ports.length === 0) {
    const what =
      side === 'source'
        ? `has no output: it is a destination (${definition.title})`
        : `takes no input: it is a source (${definition.title})`;
    const message = `"${edge[side]}" ${what}`;
    return fault('port-misuse', message, ['edges', index, side], { edge: index, hint: 'Remove the edge.' });
  }
  const names = ports.map((port) => port.name);
  if (named !== undefined && !names.includes(named)) {
    const message = `"${edge[side]}" has no ${side === 'source' ? 'output' : 'input'} "${named}"`;
    return fault('unknown-port', message, ['edges', index, key], {
      edge: index,
      hint: `It has: ${names.join(', ')}.`,
    });
  }
  if (named === undefined && side === 'target' && names.length > 1) {
    const message = `The edge must say which input of "${edge.target}" it reaches`;
    return fault('port-missing', message, ['edges', index], {
      edge: index,
      hint: `Set targetPort to ${names.join(' or ')}.`,
    });
  }
  return null;
}

/** Required inputs have an edge, and edges into a node that keeps them apart have names that differ. */
export function checkPorts(
  nodes: readonly Placed<DocumentNode>[],
  edges: readonly Placed<DocumentEdge>[],
): Fault[] {
  const byTarget = Map.groupBy(edges, ({ value }) => value.target);
  return nodes.flatMap(({ index, value: node }) => {
    const definition = definitionOf(node.type);
    const into = byTarget.get(node.id) ?? [];
    return (definition?.inputs ?? []).flatMap((port) => {
      const here = into.filter(({ value }) => targetPortOf(value, definition) === port.name);
      const found: Fault[] = [];
      if (here.length === 0 && port.required) {
        const which = definition && definition.inputs.length > 1 ? `its input "${port.name}"` : 'its input';
        found.push(
          fault('input-missing', `Nothing reaches ${which}`, ['nodes', index], {
            nodeId: node.id,
            hint: `Draw an edge to "${node.name ?? node.id}".`,
          }),
        );
      }
      if (port.separate) found.push(...checkAliases(here, node));
      return found;
    });
  });
}

function checkAliases(edges: readonly Placed<DocumentEdge>[], node: DocumentNode): Fault[] {
  const seen = new Set<string>();
  return edges.flatMap(({ index, value: edge }) => {
    const alias = (edge.as ?? edge.source).toLowerCase();
    const reserved = RESERVED_NODE_IDS.includes(alias);
    if (!seen.has(alias) && !reserved) {
      seen.add(alias);
      return [];
    }
    const message = reserved
      ? `"${alias}" is reserved and cannot name an input`
      : `Two inputs of "${node.id}" are called "${edge.as ?? edge.source}"`;
    return [
      fault('duplicate-input', message, ['edges', index], {
        edge: index,
        nodeId: node.id,
        hint: 'Give the edge a name of its own with "as".',
      }),
    ];
  });
}

export function checkCycle(
  nodes: readonly Placed<DocumentNode>[],
  edges: readonly Placed<DocumentEdge>[],
): Fault[] {
  const cycle = findCycle(
    dependenciesOf(
      nodes.map(({ value }) => value.id),
      edges.map(({ value }) => value),
    ),
  );
  if (!cycle) return [];
  const index =
    edges.find(({ value }) => value.source === cycle.at(-1) && value.target === cycle[0])?.index ?? 0;
  return [
    fault(
      'cycle',
      `The nodes feed each other in a circle: ${[...cycle, cycle[0]].join(' → ')}`,
      ['edges', index],
      { edge: index, nodeId: cycle[0], hint: 'Remove one of these edges.' },
    ),
  ];
}

/** The input port an edge ends at; the only one where the edge does not say. */
export function targetPortOf(edge: DocumentEdge, definition: NodeDefinition | undefined): string {
  return edge.targetPort ?? definition?.inputs[0]?.name ?? 'input';
}

/** The output port an edge starts from; the first one where the edge does not say. */
export function sourcePortOf(edge: DocumentEdge, definition: NodeDefinition | undefined): string {
  return edge.sourcePort ?? definition?.outputs[0]?.name ?? 'output';
}
