import { Document, isMap, isSeq, type Node } from 'yaml';
import { settingsSchema, type DocumentEdge, type DocumentNode, type PipelineDocument } from './schema.ts';

/**
 * The document as YAML that people read and diff: keys in a fixed order, defaults left out, short nodes and edges on
 * one line, the view (positions, notes) at the very end. Reading it back gives the same document.
 */
export function toYaml(document: PipelineDocument): string {
  const yaml = new Document(tidyDocument(document), { version: '1.2', aliasDuplicateObjects: false });
  for (const list of ['nodes', 'edges', 'parameters']) {
    const items = yaml.get(list, true);
    if (isSeq(items)) items.items.forEach((item) => shorten(item as Node));
    if (isMap(items)) items.items.forEach((pair) => shorten(pair.value as Node));
  }
  const view = yaml.get('view', true);
  if (isMap(view)) {
    view.commentBefore = ' Where things stand on the canvas. Safe to delete.';
    const positions = view.get('positions', true);
    if (isMap(positions)) positions.items.forEach((pair) => shorten(pair.value as Node));
  }
  return yaml.toString({ lineWidth: 120, flowCollectionPadding: true });
}

/** As indented JSON, with the same order of keys. */
export function toJson(document: PipelineDocument): string {
  return `${JSON.stringify(tidyDocument(document), null, 2)}\n`;
}

/** Nodes and edges that fit on a line are written on one, as people do by hand; longer ones stay in blocks. */
function shorten(node: Node): void {
  if (
    (isMap(node) || isSeq(node)) &&
    JSON.stringify(node.toJSON()).length <= 110 &&
    !hasLongText(node.toJSON())
  )
    node.flow = true;
}

function hasLongText(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\n');
  if (value !== null && typeof value === 'object') return Object.values(value).some(hasLongText);
  return false;
}

/** Plain data with keys in order and without what is only the default. */
function tidyDocument(document: PipelineDocument): Record<string, unknown> {
  const defaults = settingsSchema.parse({}) as Record<string, unknown>;
  const settings = Object.fromEntries(
    Object.entries(document.settings).filter(([key, value]) => value !== defaults[key]),
  );
  return withoutEmpty(
    {
      version: document.version,
      name: document.name,
      description: document.description,
      settings,
      parameters: document.parameters,
      nodes: document.nodes.map(tidyNode),
      edges: document.edges.map(tidyEdge),
      view: document.view === undefined ? undefined : withoutEmpty({ ...document.view }),
    },
    ['nodes', 'edges'],
  );
}

function tidyNode(node: DocumentNode): Record<string, unknown> {
  const { id, type, name, description, masterData, disabled, config, position, ...rest } = node;
  return withoutEmpty({ id, type, name, description, masterData, disabled, ...rest, config, position });
}

function tidyEdge({
  source,
  sourcePort,
  target,
  targetPort,
  as,
  transform,
}: DocumentEdge): Record<string, unknown> {
  return withoutEmpty({ source, sourcePort, target, targetPort, as, transform });
}

function withoutEmpty(value: Record<string, unknown>, kept: readonly string[] = []): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).filter(
      ([key, item]) =>
        item !== undefined &&
        (kept.includes(key) ||
          !(item !== null && typeof item === 'object' && Object.keys(item).length === 0)),
    ),
  );
}

/**
 * One text for all documents that mean the same run: keys sorted, view and positions left out. Its hash names a version.
 */
export function canonicalJson(document: PipelineDocument): string {
  const { view: _view, nodes, ...rest } = document;
  return stableJson({ ...rest, nodes: nodes.map(({ position: _position, ...node }) => node) });
}

/** JSON that is the same for the same data, in whichever order its keys were written: the database keeps no order. */
export function stableJson(value: unknown): string {
  return JSON.stringify(sortKeys(value));
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, item]) => item !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, item]) => [key, sortKeys(item)]),
  );
}
