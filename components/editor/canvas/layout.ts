import ELK, { type ELK as Elk } from 'elkjs/lib/elk-api.js';
import { dependenciesOf, topologicalGenerations } from '#lib/graph/dag.ts';
import { definitionOf } from '#lib/nodes/catalogue.ts';
import { sourcePortOf, targetPortOf } from '#lib/document/structure.ts';
import { edgeOf, nodeOf, type EditorDocument, type Point } from '../model/editor-document.ts';
import { CARD_HEIGHT, CARD_WIDTH, GAP_ACROSS, GAP_DOWN, portOffsets, portsOf } from './card-geometry.ts';

let elk: Elk | undefined;

/** Layout runs in a worker: a thousand nodes take seconds, in which the page must stay alive. */
function elkInWorker(): Elk {
  elk ??= new ELK({
    workerFactory: () => new Worker(new URL('elkjs/lib/elk-worker.min.js', import.meta.url)),
  });
  return elk;
}

const LAYOUT_OPTIONS = {
  'elk.algorithm': 'layered',
  'elk.direction': 'RIGHT',
  'elk.layered.spacing.nodeNodeBetweenLayers': String(GAP_ACROSS),
  'elk.spacing.nodeNode': String(GAP_DOWN),
  'elk.layered.considerModelOrder.strategy': 'NODES_AND_EDGES',
  'elk.layered.nodePlacement.strategy': 'NETWORK_SIMPLEX',
  'elk.separateConnectedComponents': 'true',
  'elk.spacing.componentComponent': String(GAP_DOWN * 1.5),
};

/** Places for the nodes named (all unless told), left to right in the direction of the rows. */
export async function layOut(
  editor: EditorDocument,
  only?: ReadonlySet<string>,
): Promise<Record<string, Point>> {
  const ids = editor.nodeIds.filter((id) => only === undefined || only.has(id));
  if (ids.length === 0) return {};
  const inside = new Set<string>(ids);
  const edges = editor.edgeIds
    .map((id) => edgeOf(editor, id))
    .filter((edge) => inside.has(edge.source) && inside.has(edge.target));
  const graph = {
    id: 'root',
    layoutOptions: LAYOUT_OPTIONS,
    children: ids.map((id) => elkNode(id, nodeOf(editor, id).type)),
    edges: edges.map((edge) => ({
      id: edge.id,
      sources: [`${edge.source}>${sourcePortOf(edge, definitionOf(nodeOf(editor, edge.source).type))}`],
      targets: [`${edge.target}<${targetPortOf(edge, definitionOf(nodeOf(editor, edge.target).type))}`],
    })),
  };
  try {
    const placed = await elkInWorker().layout(graph);
    return Object.fromEntries(
      (placed.children ?? []).map(({ id, x = 0, y = 0 }) => [id, { x: Math.round(x), y: Math.round(y) }]),
    );
  } catch {
    // The worker could not start (an old browser, a policy), or an edge names a port that is not there: plain columns then.
    return columns(ids, edges);
  }
}

function elkNode(id: string, type: string) {
  const ports = portsOf(definitionOf(type));
  return {
    id,
    width: CARD_WIDTH,
    height: CARD_HEIGHT,
    layoutOptions: { 'elk.portConstraints': 'FIXED_POS' },
    ports: [
      ...portOffsets(ports.inputs).map(({ name, y }) => ({
        id: `${id}<${name}`,
        x: 0,
        y,
        width: 0,
        height: 0,
        layoutOptions: { 'elk.port.side': 'WEST' },
      })),
      ...portOffsets(ports.outputs).map(({ name, y }) => ({
        id: `${id}>${name}`,
        x: CARD_WIDTH,
        y,
        width: 0,
        height: 0,
        layoutOptions: { 'elk.port.side': 'EAST' },
      })),
    ],
  };
}

/** One column per generation. */
function columns(
  ids: readonly string[],
  edges: readonly { source: string; target: string }[],
): Record<string, Point> {
  const generations = topologicalGenerations(dependenciesOf(ids, edges));
  const placed = new Set(generations.flat());
  const circular = ids.filter((id) => !placed.has(id));
  return Object.fromEntries(
    [...generations, circular].flatMap((generation, column) =>
      generation.map((id, row) => [
        id,
        { x: column * (CARD_WIDTH + GAP_ACROSS), y: row * (CARD_HEIGHT + GAP_DOWN) },
      ]),
    ),
  );
}

/** The document with a place for every node: an automatic layout where it has none, else beside what a node reads. */
export async function withPositions(editor: EditorDocument): Promise<EditorDocument> {
  const missing = editor.nodeIds.filter((id) => !editor.positions[id]);
  if (missing.length === 0) return editor;
  if (missing.length === editor.nodeIds.length) return { ...editor, positions: await layOut(editor) };
  const positions = { ...editor.positions };
  let below = Math.max(...Object.values(positions).map(({ y }) => y)) + CARD_HEIGHT + GAP_DOWN;
  for (const id of missing) {
    const input = editor.edgeIds
      .map((edgeId) => edgeOf(editor, edgeId))
      .find((edge) => edge.target === id && positions[edge.source]);
    const left = input ? (positions[input.source]?.x ?? 0) + CARD_WIDTH + GAP_ACROSS : 0;
    positions[id] = { x: left, y: below };
    below += CARD_HEIGHT + GAP_DOWN;
  }
  return { ...editor, positions };
}
