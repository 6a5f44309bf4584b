import { z } from 'zod';
import type { Fault } from '../errors/app-error.ts';
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
import { checkCycle, checkEdge, checkIds, checkPorts, checkTypes, fault, type Placed } from './structure.ts';
import { faultsFromIssues } from './zod-faults.ts';

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
    const rest = shellSchema.strip().safeParse(withoutFaulty(data, shell.error.issues));
    faults.push(...hiddenParameters(data));
    if (!rest.success) return { document: null, nodes: [], edges: [], faults };
    return readShell(rest.data, faults);
  }
  return readShell(shell.data, hiddenParameters(data));
}

/** A parameter `__proto__`, which zod leaves out of a record without a word. */
function hiddenParameters(data: unknown): Fault[] {
  if (data === null || typeof data !== 'object' || !('parameters' in data)) return [];
  const { parameters } = data;
  return typeof parameters === 'object' && parameters !== null && Object.hasOwn(parameters, '__proto__')
    ? [unfitParameter('__proto__')]
    : [];
}

/** The data without the parts that are wrong, so that the others are read too. Another version is another document. */
function withoutFaulty(data: unknown, issues: readonly z.core.$ZodIssue[]): unknown {
  if (data === null || typeof data !== 'object' || Array.isArray(data)) return data;
  const faulty = new Set(issues.map(({ path }) => String(path[0] ?? '')));
  const kept = Object.entries(data).filter(([key]) => key === 'version' || !faulty.has(key));
  return { ...Object.fromEntries(kept), ...(faulty.has('name') ? { name: 'without name' } : {}) };
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
  const seen = new Map<string, string>();
  for (const [name, value] of Object.entries(raw)) {
    // A database that binds them takes no notice of case.
    const other = seen.get(name.toLowerCase());
    seen.set(name.toLowerCase(), name);
    if (other !== undefined) {
      faults.push(
        fault('duplicate-parameter', `"${name}" differs from "${other}" only in case`, ['parameters', name], {
          hint: 'Give each parameter a name of its own.',
        }),
      );
      continue;
    }
    if (!/^[A-Za-z][A-Za-z0-9_]*$/.test(name)) {
      faults.push(unfitParameter(name));
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

function unfitParameter(name: string): Fault {
  return fault('invalid-name', `"${name}" cannot name a parameter`, ['parameters', name], {
    hint: 'Start with a letter; then letters, digits and _.',
  });
}
