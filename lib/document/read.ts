import { z } from 'zod';
import type { Fault } from '../errors/app-error.ts';
import { dependenciesOf, findCycle } from '../graph/dag.ts';
import { RESERVED_NODE_IDS } from '../graph/ids.ts';
import type { InputPort, NodeDefinition, OutputPort } from '../nodes/define.ts';
import { allDefinitions, definitionOf } from '../nodes/catalogue.ts';
import { nearestName } from '../sql/near-name.ts';
import { locateFaults, parseText } from './parse.ts';
import {
  edgeSchema,
  nodeSchema,
  parameterSchema,
  pipelineDocumentSchema,
  type DocumentEdge,
  type DocumentNode,
  type PipelineDocument,
} from './schema.ts';
import { faultsFromIssues } from './zod-faults.ts';

/** A node or edge that could be read, with its place in the document's list. */
export interface Placed<T> {
  index: number;
  value: T;
}

/**
 * A document as far as it can be understood. `document` holds only the nodes, edges and parameters that are well
 * formed, so that an editor can go on with the rest; `faults` names everything that is not.
 */
export interface ReadDocument {
  document: PipelineDocument | null;
  nodes: Placed<DocumentNode>[];
  edges: Placed<DocumentEdge>[];
  faults: Fault[];
}

type Path = (string | number)[];
const fault = (
  code: string,
  message: string,
  path: Path,
  extra: { hint?: string; nodeId?: string; edge?: number } = {},
): Fault => ({
  code,
  severity: 'error',
  message,
  hint: extra.hint,
  place: {
    path,
    ...(extra.nodeId === undefined ? {} : { nodeId: extra.nodeId }),
    ...(extra.edge === undefined ? {} : { edge: extra.edge }),
  },
});

const shellSchema = pipelineDocumentSchema.extend({
  parameters: z.record(z.string().max(100), z.unknown()).default({}),
  nodes: z.array(z.unknown()).max(5000).default([]),
  edges: z.array(z.unknown()).max(20_000).default([]),
});

/** Reads a document's text (YAML or JSON). All faults, each with line and column. Never throws. */
export function readDocumentText(text: string): ReadDocument {
  const { data, faults, locate } = parseText(text);
  if (faults.length > 0) return { document: null, nodes: [], edges: [], faults };
  const read = readDocument(data);
  return { ...read, faults: locateFaults(read.faults, locate) };
}

/** Reads a document that is plain data already. All faults of form and structure; SQL is looked at when it is bound. */
export function readDocument(data: unknown): ReadDocument {
  const shell = shellSchema.safeParse(data);
  if (!shell.success) {
    const faults = faultsFromIssues(shell.error.issues, {
      base: [],
      data,
      knownKeys: Object.keys(shellSchema.shape),
    });
    const onlyUnknownKeys = shell.error.issues.every(
      (issue) => issue.code === 'unrecognized_keys' && issue.path.length === 0,
    );
    const rest = onlyUnknownKeys ? shellSchema.strip().safeParse(data) : null;
    if (!rest?.success) return { document: null, nodes: [], edges: [], faults };
    return readShell(rest.data, faults);
  }
  return readShell(shell.data, []);
}

function readShell(shell: z.infer<typeof shellSchema>, faults: Fault[]): ReadDocument {
  const nodes = readItems(nodeSchema, shell.nodes, 'nodes', faults);
  const edges = readItems(edgeSchema, shell.edges, 'edges', faults);
  const parameters = readParameters(shell.parameters, faults);
  const kept = checkIds(nodes, faults);
  faults.push(...checkTypes(kept));
  const known = new Set(shell.nodes.map(idOf));
  const byId = new Map<string, DocumentNode>(kept.map(({ value }) => [value.id, value]));
  const sound = edges.filter((edge) => checkEdge(edge, byId, known, faults));
  faults.push(...checkPorts(kept, sound));
  faults.push(...checkCycle(kept, sound));
  const document: PipelineDocument = {
    ...shell,
    parameters,
    nodes: kept.map(({ value }) => value),
    edges: sound.map(({ value }) => value),
  };
  return { document, nodes: kept, edges: sound, faults };
}

function readItems<T>(
  schema: z.ZodType<T> & { shape: object },
  items: readonly unknown[],
  list: string,
  faults: Fault[],
): Placed<T>[] {
  return items.flatMap((item, index) => {
    const result = schema.safeParse(item);
    if (result.success) return [{ index, value: result.data }];
    const id = list === 'nodes' ? idOf(item) : undefined;
    const found = faultsFromIssues(result.error.issues, {
      base: [list, index],
      data: item,
      knownKeys: Object.keys(schema.shape),
    });
    faults.push(
      ...found.map((one) => ({
        ...one,
        place: {
          ...one.place,
          ...(id === undefined ? {} : { nodeId: id }),
          ...(list === 'edges' ? { edge: index } : {}),
        },
      })),
    );
    return [];
  });
}

function idOf(item: unknown): string | undefined {
  return item !== null && typeof item === 'object' && 'id' in item && typeof item.id === 'string'
    ? item.id
    : undefined;
}

function readParameters(raw: Record<string, unknown>, faults: Fault[]): PipelineDocument['parameters'] {
  const parameters: PipelineDocument['parameters'] = {};
  for (const [name, value] of Object.entries(raw)) {
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) {
      faults.push(
        fault('invalid-name', `"${name}" cannot name a parameter`, ['parameters', name], {
          hint: 'Start with a letter; then letters, digits and _.',
        }),
      );
      continue;
    }
    const result = parameterSchema.safeParse(value);
    if (result.success) parameters[name] = result.data;
    else
      faults.push(
        ...faultsFromIssues(result.error.issues, {
          base: ['parameters', name],
          data: value,
          knownKeys: Object.keys(parameterSchema.shape),
        }),
      );
  }
  return parameters;
}

/** Ids are unique without regard to case and not reserved. The first of two stays. */
function checkIds(nodes: readonly Placed<DocumentNode>[], faults: Fault[]): Placed<DocumentNode>[] {
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

function checkTypes(nodes: readonly Placed<DocumentNode>[]): Fault[] {
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
function checkEdge(
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
    if (definition) checkEdgePort(edge, index, side, definition, faults);
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

function checkEdgePort(
  edge: DocumentEdge,
  index: number,
  side: 'source' | 'target',
  definition: NodeDefinition,
  faults: Fault[],
): void {
  const ports: readonly (InputPort | OutputPort)[] =
    side === 'source' ? definition.outputs : definition.inputs;
  const key = side === 'source' ? 'sourcePort' : 'targetPort';
  const named = edge[key];
  if (ports.length === 0) {
    const what =
      side === 'source'
        ? `has no output: a ${definition.title} node ends the line`
        : `takes no input: a ${definition.title} node is a source`;
    faults.push(
      fault('port-misuse', `"${edge[side]}" ${what}`, ['edges', index, side], {
        edge: index,
        hint: 'Remove the edge.',
      }),
    );
    return;
  }
  const names = ports.map((port) => port.name);
  if (named !== undefined && !names.includes(named)) {
    faults.push(
      fault(
        'unknown-port',
        `"${edge[side]}" has no ${side === 'source' ? 'output' : 'input'} "${named}"`,
        ['edges', index, key],
        { edge: index, hint: `It has: ${names.join(', ')}.` },
      ),
    );
  } else if (named === undefined && side === 'target' && names.length > 1) {
    faults.push(
      fault(
        'port-missing',
        `The edge must say which input of "${edge.target}" it reaches`,
        ['edges', index],
        { edge: index, hint: `Set targetPort to ${names.join(' or ')}.` },
      ),
    );
  }
}

/** Required inputs have an edge, and edges into a node that keeps them apart have names that differ. */
function checkPorts(nodes: readonly Placed<DocumentNode>[], edges: readonly Placed<DocumentEdge>[]): Fault[] {
  return nodes.flatMap(({ index, value: node }) => {
    const definition = definitionOf(node.type);
    const into = edges.filter(({ value }) => value.target === node.id);
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

function checkCycle(nodes: readonly Placed<DocumentNode>[], edges: readonly Placed<DocumentEdge>[]): Fault[] {
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
