import { Position, type Edge, type Node, type NodeHandle } from '@xyflow/react';
import { sourcePortOf, targetPortOf } from '#lib/document/structure.ts';
import { definitionOf } from '#lib/nodes/catalogue.ts';
import type { EditorDocument } from '../model/editor-document.ts';
import { edgeOf, nodeOf } from '../model/editor-document.ts';
import { CARD_HEIGHT, CARD_WIDTH, PORT_SIZE, portOffsets, portsOf } from './card-geometry.ts';

export type CardNode = Node<Record<string, never>, 'card'>;
export type NoteNode = Node<Record<string, never>, 'note'>;
export type CanvasNode = CardNode | NoteNode;
export type LineEdge = Edge<Record<string, never>, 'line'>;

/*
 * What the canvas library needs of a document: places, sizes, ends. Everything that a card says it reads by its own
 * id, so these objects stay the same while configs and runs change, and the library has nothing to do.
 */

const NO_DATA = {};
const NOTE_SIZE = { width: 240, height: 96 };

/** The nodes of the canvas; those that did not change keep their identity. */
export function flowNodes(
  editor: EditorDocument,
  selected: ReadonlySet<string>,
  old: readonly CanvasNode[],
): CanvasNode[] {
  const before = new Map(old.map((node) => [node.id, node]));
  const cards = editor.nodeIds.map((id): CanvasNode => {
    const position = editor.positions[id] ?? { x: 0, y: 0 };
    const same = before.get(id);
    if (same?.type === 'card' && isSame(same, position, selected.has(id))) return same;
    return {
      id,
      type: 'card',
      data: NO_DATA,
      position,
      selected: selected.has(id),
      width: CARD_WIDTH,
      height: CARD_HEIGHT,
      measured: { width: CARD_WIDTH, height: CARD_HEIGHT },
      handles: handlesOf(nodeOf(editor, id).type),
    };
  });
  const notes = Object.values(editor.notes).map((note): CanvasNode => {
    const same = before.get(note.id);
    if (same?.type === 'note' && isSame(same, note, selected.has(note.id))) return same;
    const size = { width: note.width ?? NOTE_SIZE.width, height: note.height ?? NOTE_SIZE.height };
    return {
      id: note.id,
      type: 'note',
      data: NO_DATA,
      position: { x: note.x, y: note.y },
      selected: selected.has(note.id),
      ...size,
      measured: size,
      connectable: false,
      zIndex: -1,
    };
  });
  return [...notes, ...cards];
}

/** The edges of the canvas; those that did not change keep their identity. */
export function flowEdges(
  editor: EditorDocument,
  selected: ReadonlySet<string>,
  old: readonly LineEdge[],
): LineEdge[] {
  const before = new Map(old.map((edge) => [edge.id, edge]));
  return editor.edgeIds.map((id) => {
    const edge = edgeOf(editor, id);
    const sourceHandle = sourcePortOf(edge, definitionOf(nodeOf(editor, edge.source).type));
    const targetHandle = targetPortOf(edge, definitionOf(nodeOf(editor, edge.target).type));
    const same = before.get(id);
    const unchanged =
      same?.source === edge.source &&
      same.target === edge.target &&
      same.sourceHandle === sourceHandle &&
      same.targetHandle === targetHandle &&
      same.selected === selected.has(id);
    if (unchanged) return same;
    return {
      id,
      type: 'line',
      source: edge.source,
      target: edge.target,
      sourceHandle,
      targetHandle,
      selected: selected.has(id),
    };
  });
}

function isSame(node: CanvasNode, at: { x: number; y: number }, selected: boolean): boolean {
  return node.position.x === at.x && node.position.y === at.y && node.selected === selected;
}

const handles = new Map<string, NodeHandle[]>();

function handlesOf(type: string): NodeHandle[] {
  const known = handles.get(type);
  if (known) return known;
  const ports = portsOf(definitionOf(type));
  const size = { width: PORT_SIZE, height: PORT_SIZE };
  const made: NodeHandle[] = [
    ...portOffsets(ports.inputs).map(({ name, y }) => ({
      id: name,
      type: 'target' as const,
      position: Position.Left,
      x: -PORT_SIZE / 2,
      y: y - PORT_SIZE / 2,
      ...size,
    })),
    ...portOffsets(ports.outputs).map(({ name, y }) => ({
      id: name,
      type: 'source' as const,
      position: Position.Right,
      x: CARD_WIDTH - PORT_SIZE / 2,
      y: y - PORT_SIZE / 2,
      ...size,
    })),
  ];
  handles.set(type, made);
  return made;
}
