import { AppError, toAppError, toFault, type Fault, type Place } from '../errors/app-error.ts';
import type { ReadDocument } from '../document/read.ts';
import type { Placed } from '../document/structure.ts';
import type { DocumentEdge, PipelineDocument } from '../document/schema.ts';
import { compilerOf } from '../nodes/catalogue.ts';
import type { NodeDefinition } from '../nodes/define.ts';
import { resolveParameters } from '../parameters/values.ts';
import type { CheckedText, UserText } from '../sql/expression.ts';
import { nearestName } from '../sql/near-name.ts';
import type { Relation } from '../sql/relation.ts';
import type { Schema } from '../sql/schema.ts';
import { configure, masterReferences, unusedParameters, type ConfiguredNode } from './configure.ts';
import { emptyColumnsOf } from './empty-columns.ts';
import { lookUpValues } from './found-values.ts';
import { codeColumns, isVolatileCode } from './code-columns.ts';
import { bindInputs } from './inputs.ts';
import { runOrder, type MasterReference, type RunOrder } from './order.ts';
import type {
  BoundGraph,
  BoundNode,
  BoundPort,
  FindValues,
  RelationLeaves,
  SourceDescription,
  SourceInspector,
  TryCode,
  TypeOracle,
} from './types.ts';
import { readsMerged, replaceUserText, textKey, userTexts } from './user-text.ts';

/** Looking at a file is mostly waiting, for the disk and for the database's threads. */
const SOURCES_AT_ONCE = 4;

export interface BindContext {
  /** As given for this run: texts from a command line or JSON. Defaults fill the rest. */
  parameters: Record<string, unknown>;
  oracle: TypeOracle;
  inspector: SourceInspector;
  /** Without it, columns that depend on the data stay unknown, and a warning says so. */
  findValues?: FindValues;
  /** Without it, nodes of code need their columns listed. */
  tryCode?: TryCode;
}

/**
 * Gives every port its columns and checks every expression. Linear in the size of the document: each node is looked
 * at once, after those it waits for. A node with a fault, and what depends on it, is left out of `nodes`; the faults
 * say why. Faults of disabled nodes are warnings, for they will not run.
 */
export async function bindPipeline(read: ReadDocument, context: BindContext): Promise<BoundGraph> {
  const { document } = read;
  if (!document)
    return { document: emptyDocument(), parameters: {}, nodes: [], generations: [], faults: read.faults };
  const faults = [...read.faults];
  const resolved = resolveParameters(document.parameters, context.parameters);
  faults.push(...resolved.faults);
  const configured = new Map<string, ConfiguredNode>();
  const references: MasterReference[] = [];
  for (const placed of read.nodes) {
    const node = await configure(placed, {
      document,
      values: resolved.values,
      oracle: context.oracle,
      faults,
    });
    if (!node) continue;
    configured.set(node.node.id, node);
    references.push(...masterReferences(node));
  }
  faults.push(...unusedParameters(document, configured, read));
  const order = runOrder(document.nodes, document.edges, references);
  faults.push(...order.faults);
  const nodes = await bindNodes({
    read,
    document,
    parameters: resolved.values,
    configured,
    order,
    context,
    faults,
    broken: brokenNodes(faults),
  });
  return {
    document,
    parameters: resolved.values,
    nodes,
    generations: order.generations as BoundGraph['generations'],
    faults: softened(faults, document),
  };
}

function emptyDocument(): PipelineDocument {
  return {
    version: 1,
    name: '',
    settings: { mode: 'auto', staging: 'auto', counts: 'exact' },
    parameters: {},
    nodes: [],
    edges: [],
  };
}

function brokenNodes(faults: readonly Fault[]): Set<string> {
  return new Set(
    faults.flatMap((fault) =>
      fault.severity === 'error' && fault.place?.nodeId !== undefined ? [fault.place.nodeId] : [],
    ),
  );
}

interface Binding {
  read: ReadDocument;
  document: PipelineDocument;
  parameters: BoundGraph['parameters'];
  configured: ReadonlyMap<string, ConfiguredNode>;
  order: RunOrder;
  context: BindContext;
  faults: Fault[];
  broken: ReadonlySet<string>;
}

async function bindNodes(binding: Binding): Promise<BoundNode[]> {
  const bound = new Map<string, BoundNode>();
  const sources = lookAtSources(binding);
  const incoming = new Map<string, Placed<DocumentEdge>[]>();
  for (const edge of binding.read.edges)
    incoming.set(edge.value.target, [...(incoming.get(edge.value.target) ?? []), edge]);
  for (const id of binding.order.generations.flat()) {
    const configured = binding.configured.get(id);
    const waits = [...(binding.order.dependencies.get(id) ?? [])];
    if (!configured || binding.broken.has(id) || !waits.every((need) => bound.has(need))) continue;
    try {
      bound.set(id, await bindNode(configured, incoming.get(id) ?? [], bound, { ...binding, sources }));
    } catch (error) {
      binding.faults.push(faultAt(error, configured));
    }
  }
  return [...bound.values()];
}

/** Looks at the sources, a few at a time; binding waits for each where it needs it. */
function lookAtSources({
  configured,
  broken,
  context,
}: Binding): ReadonlyMap<string, Promise<SourceDescription>> {
  const sources = new Map<string, Promise<SourceDescription>>();
  const begun: Promise<unknown>[] = [];
  for (const [id, { node, definition, config }] of configured) {
    if (definition.kind !== 'source' || broken.has(id)) continue;
    const turn = begun.at(-SOURCES_AT_ONCE) ?? Promise.resolve();
    const look = turn.then(() => context.inspector.describe({ id: node.id, type: node.type, config }));
    sources.set(id, look);
    // Who waits for the source hears of its failure.
    begun.push(look.catch(() => null));
  }
  return sources;
}

/** A thrown error's path counts from the node's config, unless it names an edge. */
function faultAt(error: unknown, { index, node }: ConfiguredNode): Fault {
  const fault = toFault(error);
  if (fault.place?.edge !== undefined)
    return { ...fault, place: { ...fault.place, nodeId: fault.place.nodeId ?? node.id } };
  const place: Place = {
    ...fault.place,
    path: ['nodes', index, ...(fault.place?.path ? ['config', ...fault.place.path] : [])],
    nodeId: node.id,
  };
  return { ...fault, place };
}

async function bindNode(
  configured: ConfiguredNode,
  edges: readonly Placed<DocumentEdge>[],
  bound: ReadonlyMap<string, BoundNode>,
  binding: Binding & { sources: ReadonlyMap<string, Promise<SourceDescription>> },
): Promise<BoundNode> {
  const { node, definition, config } = configured;
  const { oracle } = binding.context;
  const source = (await binding.sources.get(node.id)) ?? null;
  const inputs = await bindInputs({ node, definition, edges, bound, oracle });
  const compile = compilerOf(node.type);
  if (!compile)
    throw new AppError('internal', `The node type "${node.type}" has no compiler`, { kind: 'bug' });
  const masters = (binding.order.masters.get(node.id) ?? []) as BoundNode['masters'];
  const common = {
    id: node.id,
    node,
    name: node.name ?? node.id,
    definition,
    config,
    kind: definition.kind,
    masters,
    dependsOn: [...(binding.order.dependencies.get(node.id) ?? [])] as BoundNode['dependsOn'],
    rows: definition.rows(config),
    ordered: promisesOrder(definition, config, inputs),
    volatile: [...configured.texts.values()].some((text) => text.volatile),
    parameters: configured.parameters,
    source,
    warnings: source?.warnings ?? [],
  };
  const soFar: BoundGraph = {
    document: binding.document,
    parameters: binding.parameters,
    nodes: [...bound.values()],
    generations: [],
    faults: [],
  };
  const values = await lookUpValues(
    { ...common, inputs: inputs.map(({ port }) => port) },
    soFar,
    binding.context.findValues,
  );
  const raw = compile({
    config,
    inputs: Object.fromEntries(
      inputs.map(({ port, ordered }) => [
        port.port,
        {
          schema: port.schema,
          parts: port.edges.map((edge) => ({ alias: edge.alias, schema: arriving(edge) })),
          ordered,
        },
      ]),
    ),
    found: values.found,
    scan: source?.scan ? { op: 'scan', scan: source.scan } : null,
  });
  const composed = await checkComposed(raw, configured, oracle);
  const relation = replaceUserText(raw, (text) => checkedText(text, configured, composed));
  refuseUnknownTables(relation);
  const ports = inputs.map(({ port, problem }) =>
    settle(port, problem, definition, readsMerged(relation, port.port)),
  );
  const { schema, warnings: codeWarnings } =
    relation.op === 'code'
      ? await codeColumns(
          { ...common, inputs: ports, relation, schema: [] },
          { relation, graph: soFar, ...binding.context },
        )
      : { schema: await oracle.describe(relation, leavesOf(ports, masters, bound)), warnings: [] };
  const outermost = relation.op === 'query' && relation.query.kind === 'checked' ? relation.query : null;
  return {
    ...common,
    inputs: ports,
    relation,
    schema,
    emptyColumns: emptyColumnsOf(relation, {
      scan: new Set(source?.emptyColumns?.map((name) => name.toLowerCase())),
      input: (port) => inputs.find((input) => input.port.port === port)?.empty ?? new Set(),
    }),
    ordered: outermost ? outermost.ordered : common.ordered,
    volatile: common.volatile || (relation.op === 'code' && isVolatileCode(relation.code)),
    warnings: [
      ...common.warnings,
      ...values.warnings,
      ...codeWarnings,
      ...inputs.flatMap(({ warning, port }) =>
        warning && readsMerged(relation, port.port) ? [warning] : [],
      ),
    ],
  };
}

/** A query that names a table which nothing brings. Throws a `user` AppError that names those it can read. */
function refuseUnknownTables(relation: Relation): void {
  if (relation.op !== 'query' || relation.query.kind !== 'checked') return;
  const known = Object.keys(relation.tables);
  for (const name of relation.query.tables) {
    if (known.some((table) => table.toLowerCase() === name.toLowerCase())) continue;
    const near = nearestName(name, known);
    const readable = `It can read ${[...known, 'master.<id>'].join(', ')}.`;
    throw new AppError('table-not-found', `There is no table "${name}" here`, {
      hint: near
        ? `Did you mean "${near}"? ${readable}`
        : `${readable} Draw an edge from the node that it is.`,
      place: { path: ['query'] },
    });
  }
}

/** Texts that the compiler made of those in the config, as `window` does, are new to the guard. */
async function checkComposed(
  relation: Relation,
  { texts, check }: ConfiguredNode,
  oracle: TypeOracle,
): Promise<Map<UserText, CheckedText>> {
  const checked = new Map<UserText, CheckedText>();
  for (const text of userTexts(relation)) {
    if (texts.has(textKey({ text: text.text.trim(), form: text.form }))) continue;
    try {
      checked.set(text, await oracle.check(text, check));
    } catch (error) {
      const { code, message, kind, hint, place, cause } = toAppError(error);
      throw new AppError(code, message, { kind, hint, cause, place: { ...place, path: text.path } });
    }
  }
  return checked;
}

function checkedText(
  text: UserText,
  configured: ConfiguredNode,
  composed: ReadonlyMap<UserText, CheckedText>,
): CheckedText {
  const checked =
    composed.get(text) ?? configured.texts.get(textKey({ text: text.text.trim(), form: text.form }));
  if (!checked)
    throw new AppError(
      'internal',
      `A text of "${configured.node.id}" was composed without being checked: ${text.path.join('.')}`,
      { kind: 'bug' },
    );
  return checked;
}

const arriving = (edge: { columns: { as: string; type: string }[] }): Schema =>
  edge.columns.map(({ as, type }) => ({ name: as, type }));

/** A port that keeps its edges apart is merged only if it is read whole; then a merge that cannot hold is a fault. */
function settle(
  port: BoundPort,
  problem: AppError | null,
  definition: NodeDefinition,
  whole: boolean,
): BoundPort {
  const separate = definition.inputs.find(({ name }) => name === port.port)?.separate ?? false;
  if (separate && !whole) return { ...port, rule: port.edges.length === 1 ? 'single' : 'none', sentence: '' };
  if (problem) throw problem;
  return port;
}

function promisesOrder(
  definition: NodeDefinition,
  config: unknown,
  inputs: readonly { ordered: boolean }[],
): boolean {
  const effect = definition.order(config);
  if (effect === 'keeps') return inputs.length === 1 && inputs[0]?.ordered === true;
  return effect === 'makes';
}

function leavesOf(
  ports: readonly BoundPort[],
  masters: readonly string[],
  bound: ReadonlyMap<string, BoundNode>,
): RelationLeaves {
  return {
    inputs: Object.fromEntries(
      ports.map((port) => [
        port.port,
        {
          schema: port.schema,
          parts: Object.fromEntries(port.edges.map((edge) => [edge.alias, arriving(edge)])),
        },
      ]),
    ),
    masters: Object.fromEntries(masters.map((id) => [id, bound.get(id)?.schema ?? []])),
  };
}

function softened(faults: readonly Fault[], document: PipelineDocument): Fault[] {
  const disabled = new Set<string>(document.nodes.filter((node) => node.disabled).map((node) => node.id));
  return faults.map((fault) =>
    fault.place?.nodeId !== undefined && disabled.has(fault.place.nodeId)
      ? { ...fault, severity: 'warning' as const }
      : fault,
  );
}
