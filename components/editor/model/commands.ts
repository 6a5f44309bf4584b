import type { DocumentNode, EdgeTransform, Parameter, Settings } from '#lib/document/schema.ts';
import { DEFAULT_INPUT_PORT, DEFAULT_OUTPUT_PORT, type NodeId } from '#lib/graph/ids.ts';
import {
  edgeOf,
  nodeOf,
  type CanvasNote,
  type EditorDocument,
  type EditorEdge,
  type Point,
} from './editor-document.ts';

/*
 * Every change to a document, as a pure function from one document to the next. What a change does not touch keeps
 * its identity; a change that changes nothing returns the document that it was given, and leaves no trace in history.
 */

export interface Ends {
  source: NodeId;
  target: NodeId;
  sourcePort?: string;
  targetPort?: string;
}

export function addNode(editor: EditorDocument, node: DocumentNode, position: Point): EditorDocument {
  if (editor.nodes[node.id]) return editor;
  const { position: _position, ...rest } = node;
  return {
    ...editor,
    nodeIds: [...editor.nodeIds, node.id],
    nodes: { ...editor.nodes, [node.id]: rest },
    positions: { ...editor.positions, [node.id]: position },
  };
}

/** Removes nodes with all their edges, edges, and notes; ids that are not there are passed over. */
export function removeElements(editor: EditorDocument, ids: Iterable<string>): EditorDocument {
  const gone = new Set(ids);
  const edgeIds = editor.edgeIds.filter((id) => {
    const edge = edgeOf(editor, id);
    return !gone.has(id) && !gone.has(edge.source) && !gone.has(edge.target);
  });
  const nodeIds = editor.nodeIds.filter((id) => !gone.has(id));
  const noteIds = Object.keys(editor.notes).filter((id) => !gone.has(id));
  const unchanged =
    edgeIds.length === editor.edgeIds.length &&
    nodeIds.length === editor.nodeIds.length &&
    noteIds.length === Object.keys(editor.notes).length;
  if (unchanged) return editor;
  return {
    ...editor,
    nodeIds,
    nodes: pick(editor.nodes, nodeIds),
    positions: pick(editor.positions, nodeIds),
    edgeIds,
    edges: pick(editor.edges, edgeIds),
    notes: pick(editor.notes, noteIds),
  };
}

/** Default ports are left out, as a person would write the document by hand. `as` names the rows where several inputs stay apart. */
export function connect(editor: EditorDocument, ends: Ends, as?: NodeId): EditorDocument {
  const id = freeEdgeId(editor);
  const edge: EditorEdge = {
    id,
    source: ends.source,
    target: ends.target,
    ...(ends.sourcePort && ends.sourcePort !== DEFAULT_OUTPUT_PORT ? { sourcePort: ends.sourcePort } : {}),
    ...(ends.targetPort && ends.targetPort !== DEFAULT_INPUT_PORT ? { targetPort: ends.targetPort } : {}),
    ...(as === undefined ? {} : { as }),
  };
  return { ...editor, edgeIds: [...editor.edgeIds, id], edges: { ...editor.edges, [id]: edge } };
}

export function moveElements(editor: EditorDocument, to: Readonly<Record<string, Point>>): EditorDocument {
  const positions = { ...editor.positions };
  const notes = { ...editor.notes };
  let changed = false;
  for (const [id, { x, y }] of Object.entries(to)) {
    const note = notes[id];
    const old = note ?? positions[id];
    if (old?.x === x && old.y === y) continue;
    if (note) notes[id] = { ...note, x, y };
    else if (editor.nodes[id]) positions[id] = { x, y };
    else continue;
    changed = true;
  }
  return changed ? { ...editor, positions, notes } : editor;
}

export type NodeSettings = Partial<Omit<DocumentNode, 'id' | 'type' | 'config' | 'position'>>;

/** Sets the given settings of a node; `undefined` takes one away. */
export function setNode(editor: EditorDocument, id: string, settings: NodeSettings): EditorDocument {
  const next: Record<string, unknown> = { ...nodeOf(editor, id), ...settings };
  for (const key of Object.keys(settings)) if (next[key] === undefined || next[key] === '') delete next[key];
  return replaceNode(editor, next as DocumentNode);
}

export function setConfig(
  editor: EditorDocument,
  id: string,
  config: Record<string, unknown>,
): EditorDocument {
  return replaceNode(editor, { ...nodeOf(editor, id), config });
}

/** Gives a node another id and leads its edges along. Texts in SQL are the person's own and stay as they are. */
export function renameNodeId(editor: EditorDocument, id: string, next: NodeId): EditorDocument {
  if (id === next || editor.nodes[next]) return editor;
  const { [id]: node, ...nodes } = editor.nodes;
  const { [id]: position, ...positions } = editor.positions;
  if (!node) return editor;
  const renamed = (other: NodeId): NodeId => (other === id ? next : other);
  const edges = Object.fromEntries(
    Object.entries(editor.edges).map(([edgeId, edge]) => [
      edgeId,
      edge.source === id || edge.target === id
        ? { ...edge, source: renamed(edge.source), target: renamed(edge.target) }
        : edge,
    ]),
  );
  return {
    ...editor,
    nodeIds: editor.nodeIds.map(renamed),
    nodes: { ...nodes, [next]: { ...node, id: next } },
    positions: position ? { ...positions, [next]: position } : positions,
    edges,
  };
}

export function setEdge(
  editor: EditorDocument,
  id: string,
  change: { transform?: EdgeTransform | undefined; as?: NodeId | undefined },
): EditorDocument {
  const next = { ...edgeOf(editor, id), ...change };
  if (next.transform === undefined || next.transform.mode === 'all') delete next.transform;
  if (next.as === undefined) delete next.as;
  return sameJson(next, editor.edges[id]) ? editor : { ...editor, edges: { ...editor.edges, [id]: next } };
}

/** Moves an edge before or after its neighbours into the same node: the order in which inputs are merged. */
export function reorderEdges(editor: EditorDocument, ordered: readonly string[]): EditorDocument {
  const moving = new Set(ordered);
  const queue = [...ordered];
  const edgeIds = editor.edgeIds.map((id) => (moving.has(id) ? (queue.shift() ?? id) : id));
  return edgeIds.every((id, index) => id === editor.edgeIds[index]) ? editor : { ...editor, edgeIds };
}

export function setName(editor: EditorDocument, name: string): EditorDocument {
  const trimmed = name.trim().slice(0, 200);
  return trimmed === '' || trimmed === editor.name ? editor : { ...editor, name: trimmed };
}

export function setDescription(editor: EditorDocument, description: string): EditorDocument {
  return (editor.description ?? '') === description
    ? editor
    : { ...editor, description: description || undefined };
}

export function setSettings(editor: EditorDocument, change: Partial<Settings>): EditorDocument {
  const next: Record<string, unknown> = { ...editor.settings, ...change };
  for (const key of Object.keys(next)) if (next[key] === undefined) delete next[key];
  return sameJson(next, editor.settings) ? editor : { ...editor, settings: next as Settings };
}

export function setParameters(editor: EditorDocument, parameters: Record<string, Parameter>): EditorDocument {
  return sameJson(Object.entries(parameters), Object.entries(editor.parameters))
    ? editor
    : { ...editor, parameters };
}

export function setNote(editor: EditorDocument, note: CanvasNote): EditorDocument {
  return sameJson(note, editor.notes[note.id])
    ? editor
    : { ...editor, notes: { ...editor.notes, [note.id]: note } };
}

function replaceNode(editor: EditorDocument, node: DocumentNode): EditorDocument {
  return sameJson(node, editor.nodes[node.id])
    ? editor
    : { ...editor, nodes: { ...editor.nodes, [node.id]: node } };
}

function freeEdgeId(editor: EditorDocument): string {
  let number = editor.edgeIds.length;
  while (editor.edges[`e${number}`]) number += 1;
  return `e${number}`;
}

function pick<T>(from: Readonly<Record<string, T>>, ids: readonly string[]): Record<string, T> {
  return Object.fromEntries(ids.flatMap((id) => (id in from ? [[id, from[id] as T]] : [])));
}

function sameJson(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
