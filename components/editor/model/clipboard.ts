import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { edgeSchema, nodeSchema } from '#lib/document/schema.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import { addNode } from './commands.ts';
import { edgeOf, nodeOf, type EditorDocument, type Point } from './editor-document.ts';
import { freeName, freeNodeId } from './free-names.ts';

/** Larger texts on the clipboard are no pipeline. */
const MAX_CHARS = 2_000_000;

/** A piece of a pipeline as text: the same words as the document, so it can be pasted into a file as well. */
const fragmentSchema = z.object({
  nodes: z.array(nodeSchema).min(1).max(2000),
  edges: z.array(edgeSchema).max(10_000).default([]),
});
export type Fragment = z.infer<typeof fragmentSchema>;

/** The selected nodes with the edges between them, as YAML; null when no node is among the ids. */
export function copyText(editor: EditorDocument, ids: Iterable<string>): string | null {
  const wanted = new Set(ids);
  const nodes = editor.nodeIds
    .filter((id) => wanted.has(id))
    .map((id) => ({ ...nodeOf(editor, id), position: editor.positions[id] }));
  if (nodes.length === 0) return null;
  const edges = editor.edgeIds
    .map((id) => edgeOf(editor, id))
    .filter((edge) => wanted.has(edge.source) && wanted.has(edge.target))
    .map(({ id: _id, ...edge }) => edge);
  return stringify({ nodes, edges }, { aliasDuplicateObjects: false });
}

/** The fragment in a text: a copied piece, or a whole document. Null for any other text. */
export function readFragment(text: string): Fragment | null {
  if (text.length > MAX_CHARS || !/\bnodes\b/.test(text)) return null;
  try {
    const read = fragmentSchema.safeParse(
      parse(text, { version: '1.2', schema: 'core', maxAliasCount: 100 }),
    );
    return read.success ? read.data : null;
  } catch {
    // Somebody's other text: the clipboard holds what it likes.
    return null;
  }
}

/**
 * Adds a fragment with free ids and names; its edges follow the new ids. `at` is the upper left corner of the piece.
 * Answers the new nodes' ids, to be selected.
 */
export function paste(
  editor: EditorDocument,
  fragment: Fragment,
  at: Point,
): { editor: EditorDocument; pasted: NodeId[] } {
  const left = Math.min(...fragment.nodes.map((node) => node.position?.x ?? 0));
  const top = Math.min(...fragment.nodes.map((node) => node.position?.y ?? 0));
  const renamed = new Map<string, NodeId>();
  let next = editor;
  fragment.nodes.forEach((node, index) => {
    const id = freeNodeId(node.id, next.nodeIds);
    renamed.set(node.id, id);
    const names = next.nodeIds.map((other) => next.nodes[other]?.name ?? other);
    const offset = node.position ?? { x: left + index * 40, y: top + index * 40 };
    next = addNode(
      next,
      { ...node, id, ...(node.name === undefined ? {} : { name: freeName(node.name, names) }) },
      { x: at.x + offset.x - left, y: at.y + offset.y - top },
    );
  });
  let number = next.edgeIds.length;
  const edges = { ...next.edges };
  const edgeIds = [...next.edgeIds];
  for (const edge of fragment.edges) {
    const [source, target] = [renamed.get(edge.source), renamed.get(edge.target)];
    if (!source || !target) continue;
    while (edges[`e${number}`]) number += 1;
    const id = `e${number}`;
    edges[id] = { ...edge, id, source, target };
    edgeIds.push(id);
  }
  return { editor: { ...next, edges, edgeIds }, pasted: [...renamed.values()] };
}
