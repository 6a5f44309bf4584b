import { toast } from '#components/ui/toast.tsx';
import { definitionOf } from '#lib/nodes/catalogue.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import { copyText, paste, readFragment, type Fragment } from '../model/clipboard.ts';
import { addNode, connect, moveElements, removeElements, setNode, type Ends } from '../model/commands.ts';
import { bestInputPort, inputNameFor, mayConnect } from '../model/connection-rules.ts';
import { nodeOf, type EditorDocument, type Point } from '../model/editor-document.ts';
import { freeName, freeNodeId } from '../model/free-names.ts';
import { layOut } from '../canvas/layout.ts';
import { CARD_HEIGHT, CARD_WIDTH, GAP_ACROSS, GAP_DOWN } from '../canvas/card-geometry.ts';
import type { Editor } from '../stores/editor.ts';
import type { NodeMenuState } from '../stores/ui-store.ts';

/* What a person does to the document, from wherever: canvas, keyboard, menus, command palette. */

const documentOf = (editor: Editor): EditorDocument => editor.document.getState().present;

/** Reads by name that stand for edges, as binding last knew them. */
export function masterReads(editor: Editor): { source: string; target: string }[] {
  return Object.values(editor.bind.getState().nodes).flatMap((node) =>
    node.masters.map((source) => ({ source, target: node.id })),
  );
}

export interface NewNode {
  type: string;
  at: Point;
  name?: string;
  config?: Record<string, unknown>;
  /** A loose end to join it to. */
  from?: NodeMenuState['from'];
}

/** Adds a node, joined to `from` where that is possible, and selects it. */
export function addNodeOfType(editor: Editor, wanted: NewNode): NodeId | null {
  const definition = definitionOf(wanted.type);
  if (!definition) return null;
  const before = documentOf(editor);
  const id = freeNodeId(wanted.name ?? definition.title, before.nodeIds);
  const name = freeName(
    wanted.name ?? definition.title,
    before.nodeIds.map((other) => before.nodes[other]?.name ?? other),
  );
  editor.document.apply(`Add ${name}`, (current) => {
    const next = addNode(
      current,
      { id, type: definition.type, name, config: structuredClone(wanted.config ?? definition.initial) },
      wanted.at,
    );
    return wanted.from ? joinLooseEnd(next, wanted.from, id) : next;
  });
  editor.selection.select([id]);
  return id;
}

function joinLooseEnd(
  editor: EditorDocument,
  from: NonNullable<NodeMenuState['from']>,
  id: NodeId,
): EditorDocument {
  const other = nodeOf(editor, from.nodeId).id;
  if (from.side === 'target') {
    const port = definitionOf(nodeOf(editor, id).type)?.outputs[0]?.name;
    return port
      ? connect(editor, { source: id, sourcePort: port, target: other, targetPort: from.port })
      : editor;
  }
  const port = bestInputPort(editor, id, definitionOf);
  return port
    ? connect(editor, { source: other, sourcePort: from.port, target: id, targetPort: port })
    : editor;
}

/** A place to the right of what is selected, else below everything, where a node added by a click does not cover another. */
function nextPlace(editor: Editor): Point {
  const { positions } = documentOf(editor);
  const taken = Object.values(positions);
  const [selected] = editor.selection.getState().ids;
  const beside = selected === undefined ? undefined : positions[selected];
  const place = beside
    ? { x: beside.x + CARD_WIDTH + GAP_ACROSS, y: beside.y }
    : {
        x: taken.length === 0 ? 0 : Math.min(...taken.map(({ x }) => x)),
        y: taken.length === 0 ? 0 : Math.max(...taken.map(({ y }) => y)) + CARD_HEIGHT + GAP_DOWN,
      };
  const covers = ({ x, y }: Point) =>
    Math.abs(x - place.x) < CARD_WIDTH && Math.abs(y - place.y) < CARD_HEIGHT;
  while (taken.some(covers)) place.y += CARD_HEIGHT + GAP_DOWN;
  return place;
}

/** Adds by a click or a key: placed by itself, and joined to the one selected node if that has something to give. */
export function addBesideSelection(editor: Editor, type: string): void {
  const current = documentOf(editor);
  const [only, ...more] = editor.selection.getState().ids;
  const node = only !== undefined && more.length === 0 ? current.nodes[only] : undefined;
  const output = node ? definitionOf(node.type)?.outputs[0] : undefined;
  const takesInput = (definitionOf(type)?.inputs.length ?? 0) > 0;
  addNodeOfType(editor, {
    type,
    at: nextPlace(editor),
    ...(node && output && takesInput
      ? { from: { nodeId: node.id, port: output.name, side: 'source' as const } }
      : {}),
  });
}

/** Draws an edge, or says why not. */
export function connectNodes(editor: Editor, ends: Ends): boolean {
  const verdict = mayConnect(documentOf(editor), ends, { definitionOf, masters: masterReads(editor) });
  if (!verdict.ok) {
    toast.error('These two cannot be connected.', { description: verdict.reason });
    return false;
  }
  const as = inputNameFor(documentOf(editor), ends, definitionOf);
  editor.document.apply('Connect', (current) => connect(current, ends, as));
  // The second time the rows come under a name that was made up: it is shown, to be changed.
  if (as !== undefined) editor.selection.select([documentOf(editor).edgeIds.at(-1) ?? '']);
  return true;
}

export function deleteSelection(editor: Editor): void {
  const { ids } = editor.selection.getState();
  editor.document.apply(ids.size === 1 ? 'Delete' : `Delete ${ids.size}`, (current) =>
    removeElements(current, ids),
  );
  editor.selection.select([]);
}

/** Copies to the system's clipboard, so that it can be pasted into another pipeline or a file. */
export async function copySelection(editor: Editor): Promise<boolean> {
  const text = copyText(documentOf(editor), editor.selection.getState().ids);
  if (text === null) return false;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    toast.error('The browser did not allow copying.', {
      description: 'Allow access to the clipboard for this page.',
    });
    return false;
  }
}

/** Pastes nodes from a text; says so when it holds none. */
export function pasteText(editor: Editor, text: string, at?: Point): void {
  const fragment = readFragment(text);
  if (!fragment) {
    toast('There are no nodes on the clipboard.', {
      description: 'Copy some nodes here or in another pipeline first.',
    });
    return;
  }
  pasteFragment(editor, fragment, at ?? nextPlace(editor));
}

function pasteFragment(editor: Editor, fragment: Fragment, at: Point): void {
  let pasted: NodeId[] = [];
  editor.document.apply(`Paste ${fragment.nodes.length}`, (current) => {
    const result = paste(current, fragment, at);
    pasted = result.pasted;
    return result.editor;
  });
  editor.selection.select(pasted);
}

export function duplicateSelection(editor: Editor): void {
  const current = documentOf(editor);
  const { ids } = editor.selection.getState();
  const text = copyText(current, ids);
  const fragment = text === null ? null : readFragment(text);
  if (!fragment) return;
  const places = fragment.nodes.flatMap((node) => node.position ?? []);
  const left = Math.min(...places.map(({ x }) => x));
  const top = Math.min(...places.map(({ y }) => y));
  pasteFragment(editor, fragment, { x: left + 40, y: top + CARD_HEIGHT + GAP_DOWN });
}

export function toggleDisabled(editor: Editor): void {
  const ids = [...editor.selection.getState().ids].filter((id) => documentOf(editor).nodes[id]);
  const disable = ids.some((id) => !documentOf(editor).nodes[id]?.disabled);
  editor.document.apply(disable ? 'Disable' : 'Enable', (current) =>
    ids.reduce((next, id) => setNode(next, id, { disabled: disable ? true : undefined }), current),
  );
}

/** Arranges all nodes, or the selected ones where they stand, as one step that can be undone. */
export async function arrange(editor: Editor): Promise<void> {
  const current = documentOf(editor);
  const chosen = current.nodeIds.filter((id) => editor.selection.getState().ids.has(id));
  const some = chosen.length > 1;
  const places = await layOut(current, some ? new Set(chosen) : undefined);
  const left = some ? Math.min(...chosen.map((id) => current.positions[id]?.x ?? 0)) : 0;
  const top = some ? Math.min(...chosen.map((id) => current.positions[id]?.y ?? 0)) : 0;
  const to = Object.fromEntries(
    Object.entries(places).map(([id, { x, y }]) => [id, { x: x + left, y: y + top }]),
  );
  editor.document.apply('Arrange', (document) => moveElements(document, to));
}
