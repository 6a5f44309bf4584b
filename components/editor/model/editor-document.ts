import type {
  DocumentEdge,
  DocumentNode,
  Parameter,
  PipelineDocument,
  PipelineView,
  Settings,
} from '#lib/document/schema.ts';
import type { NodeId } from '#lib/graph/ids.ts';

export interface Point {
  x: number;
  y: number;
}

/** An edge with a name of its own, for as long as the editor is open; the document only knows its index. */
export interface EditorEdge extends DocumentEdge {
  id: string;
}

export type CanvasNote = NonNullable<PipelineView['notes']>[number];

/**
 * The document as it is being edited: everything by id, so that one change leaves every other object as it was and
 * only the card that shows it renders again. Positions live beside the nodes, because they mean nothing to a run.
 */
export interface EditorDocument {
  readonly name: string;
  readonly description: string | undefined;
  readonly settings: Settings;
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** The order of the document. */
  readonly nodeIds: readonly NodeId[];
  readonly nodes: Readonly<Record<string, DocumentNode>>;
  readonly positions: Readonly<Record<string, Point>>;
  /** The order of the document, which is the order in which inputs are merged. */
  readonly edgeIds: readonly string[];
  readonly edges: Readonly<Record<string, EditorEdge>>;
  readonly notes: Readonly<Record<string, CanvasNote>>;
}

/** The editor's form of a parsed document. */
export function fromDocument(document: PipelineDocument): EditorDocument {
  const nodes: Record<string, DocumentNode> = {};
  const positions: Record<string, Point> = {};
  for (const { position, ...node } of document.nodes) {
    nodes[node.id] = node;
    const at = document.view?.positions?.[node.id] ?? position;
    if (at) positions[node.id] = at;
  }
  const edges: Record<string, EditorEdge> = {};
  document.edges.forEach((edge, index) => {
    edges[`e${index}`] = { ...edge, id: `e${index}` };
  });
  return {
    name: document.name,
    description: document.description,
    settings: document.settings,
    parameters: document.parameters,
    nodeIds: document.nodes.map((node) => node.id),
    nodes,
    positions,
    edgeIds: Object.keys(edges),
    edges,
    notes: Object.fromEntries((document.view?.notes ?? []).map((note) => [note.id, note])),
  };
}

/** The document to save, run and export; positions are rounded, so that a diff shows no fractions of a pixel. */
export function toDocument(editor: EditorDocument): PipelineDocument {
  const positions = Object.fromEntries(
    editor.nodeIds.flatMap((id) => {
      const at = editor.positions[id];
      return at ? [[id, { x: Math.round(at.x), y: Math.round(at.y) }]] : [];
    }),
  );
  const notes = Object.values(editor.notes);
  const view: PipelineView = {
    ...(Object.keys(positions).length > 0 ? { positions } : {}),
    ...(notes.length > 0 ? { notes } : {}),
  };
  return {
    version: 1,
    name: editor.name,
    ...(editor.description ? { description: editor.description } : {}),
    settings: editor.settings,
    parameters: { ...editor.parameters },
    nodes: editor.nodeIds.map((id) => nodeOf(editor, id)),
    edges: editor.edgeIds.map((id) => {
      const { id: _id, ...edge } = edgeOf(editor, id);
      return edge;
    }),
    ...(Object.keys(view).length > 0 ? { view } : {}),
  };
}

/** What a run and its previews depend on: the document without names of places on the canvas. */
export function meaningOf(editor: EditorDocument): Omit<PipelineDocument, 'view'> {
  const { view: _view, ...meaning } = toDocument(editor);
  return meaning;
}

/** The node of an id that is known to be in the document. */
export function nodeOf(editor: EditorDocument, id: string): DocumentNode {
  const node = editor.nodes[id];
  if (!node) throw new Error(`no node ${id} in the document`);
  return node;
}

/** The edge of an id that is known to be in the document. */
export function edgeOf(editor: EditorDocument, id: string): EditorEdge {
  const edge = editor.edges[id];
  if (!edge) throw new Error(`no edge ${id} in the document`);
  return edge;
}

/** Edges into a node, in the order of the document. */
export function edgesInto(editor: EditorDocument, nodeId: string): EditorEdge[] {
  return editor.edgeIds.map((id) => edgeOf(editor, id)).filter((edge) => edge.target === nodeId);
}
