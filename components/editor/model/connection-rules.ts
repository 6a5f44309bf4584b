import { cycleClosedBy } from '#lib/graph/dag.ts';
import { sourcePortOf, targetPortOf } from '#lib/document/structure.ts';
import type { NodeId } from '#lib/graph/ids.ts';
import type { NodeDefinition } from '#lib/nodes/define.ts';
import { edgeOf, edgesInto, nodeOf, type EditorDocument } from './editor-document.ts';
import type { Ends } from './commands.ts';
import { freeNodeId } from './free-names.ts';

export type Verdict = { ok: true } | { ok: false; reason: string };

export type DefinitionOf = (type: string) => NodeDefinition | undefined;

/** The name that people see. */
export function nameOf(editor: EditorDocument, id: string): string {
  return editor.nodes[id]?.name ?? id;
}

/**
 * Whether an edge may be drawn, and why not in words. `masters` are the reads by name (`reader` waits for `master`),
 * which close a cycle as an edge does.
 */
export function mayConnect(
  editor: EditorDocument,
  ends: Ends,
  context: { definitionOf: DefinitionOf; masters?: readonly { source: string; target: string }[] },
): Verdict {
  const source = editor.nodes[ends.source];
  const target = editor.nodes[ends.target];
  if (!source || !target) return refuse('One of the two nodes is gone');
  const [from, to] = [nameOf(editor, source.id), nameOf(editor, target.id)];
  if (source.id === target.id) return refuse(`${from} cannot feed itself`);
  const [above, below] = [context.definitionOf(source.type), context.definitionOf(target.type)];
  const [sourcePort, targetPort] = [sourcePortOf(ends, above), targetPortOf(ends, below)];
  const [outputs, inputs] = [above?.outputs, below?.inputs];
  if (outputs?.length === 0) return refuse(`${from} is a destination: nothing comes out of it`);
  if (inputs?.length === 0) return refuse(`${to} is a source: nothing goes into it`);
  if (outputs && !outputs.some((port) => port.name === sourcePort))
    return refuse(`${from} has no output “${sourcePort}”`);
  if (inputs && !inputs.some((port) => port.name === targetPort))
    return refuse(`${to} has no input “${targetPort}”`);
  const edges = editor.edgeIds.map((id) => edgeOf(editor, id));
  const there = edges.some(
    (edge) =>
      edge.source === source.id &&
      edge.target === target.id &&
      sourcePortOf(edge, above) === sourcePort &&
      targetPortOf(edge, below) === targetPort,
  );
  // Tables that stay apart have names of their own: the same rows may come twice, under two names.
  if (there && !inputs?.some((port) => port.name === targetPort && port.separate))
    return refuse(`${from} already feeds ${to}`);
  const cycle = cycleClosedBy([...edges, ...(context.masters ?? [])], {
    source: source.id,
    target: target.id,
  });
  if (cycle) {
    const path = [...cycle, ends.target].map((id) => nameOf(editor, id)).join(' → ');
    return refuse(`That would close a circle: ${path}`);
  }
  return { ok: true };
}

/** The input port that a new edge should end at: the first without an edge, else the first. */
export function bestInputPort(
  editor: EditorDocument,
  nodeId: string,
  definitionOf: DefinitionOf,
): string | undefined {
  const definition = definitionOf(nodeOf(editor, nodeId).type);
  const ports = definition?.inputs ?? [];
  const taken = new Set(
    editor.edgeIds
      .map((id) => edgeOf(editor, id))
      .filter((edge) => edge.target === nodeId)
      .map((edge) => targetPortOf(edge, definition)),
  );
  return (ports.find((port) => !taken.has(port.name)) ?? ports[0])?.name;
}

/**
 * The name under which the rows of a new edge come into a port that keeps its inputs apart: none where the source's
 * own id is free there, and none at any other port.
 */
export function inputNameFor(
  editor: EditorDocument,
  ends: Ends,
  definitionOf: DefinitionOf,
): NodeId | undefined {
  const definition = definitionOf(nodeOf(editor, ends.target).type);
  const port = targetPortOf(ends, definition);
  if (!definition?.inputs.some(({ name, separate }) => name === port && separate)) return undefined;
  const taken = edgesInto(editor, ends.target)
    .filter((edge) => targetPortOf(edge, definition) === port)
    .map((edge) => edge.as ?? edge.source);
  const name = freeNodeId(ends.source, taken);
  return name === ends.source ? undefined : name;
}

const refuse = (reason: string): Verdict => ({ ok: false, reason });
