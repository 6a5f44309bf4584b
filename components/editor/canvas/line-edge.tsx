'use client';

import type { EdgeProps } from '@xyflow/react';
import { memo } from 'react';
import type { LiveNode } from '#components/runs/live-run.ts';
import { useLiveNode } from '#components/runs/live-run-store.ts';
import type { DocumentEdge, EdgeTransform } from '#lib/document/schema.ts';
import { useBind, useDocument, useRun } from '../editor-context.tsx';
import type { EditorDocument, EditorEdge } from '../model/editor-document.ts';
import { edgeOf } from '../model/editor-document.ts';
import type { LineEdge } from './flow-elements.ts';
import { LineView } from './line-view.tsx';

/** An edge of the editor: its rows come from the record of the node that it leads to. */
export const LineOfEditor = memo(function LineOfEditor(props: EdgeProps<LineEdge>) {
  const edge = useDocument((editor) => editor.edges[props.id]);
  const twin = useDocument((editor) => twinIndex(editor, props.id));
  const faulty = useBind((state) =>
    (state.faultsByEdge[props.id] ?? []).some((fault) => fault.severity === 'error'),
  );
  const runId = useRun((state) => state.run?.id ?? null);
  const source = useLiveNode(runId, props.source);
  const target = useLiveNode(runId, props.target);
  if (!edge) return null;
  const rows = edgeRows(edge, twin, source, target);
  return (
    <LineView
      {...props}
      rows={rows}
      twin={twin}
      transform={transformWords(edge.transform)}
      tone={faulty ? 'failed' : target?.status === 'running' ? 'running' : 'quiet'}
    />
  );
});

type Counted = Pick<LiveNode, 'inputs' | 'rowsOut' | 'status'>;

/** Rows that came over an edge; `twin` tells apart several edges between the same two nodes. */
export function edgeRows(
  edge: DocumentEdge,
  twin: number,
  source: Counted | undefined,
  target: Counted | undefined,
): number | null {
  const matching = (target?.inputs ?? []).filter(
    (input) =>
      input.source === edge.source &&
      (edge.targetPort === undefined || input.port === undefined || input.port === edge.targetPort),
  );
  const known = matching[twin]?.rows ?? null;
  if (known !== null) return known;
  // A transform picks columns and drops no rows, so what came out is what arrives; unless one of several ports is meant.
  return source?.status === 'succeeded' && edge.sourcePort === undefined ? source.rowsOut : null;
}

/** The how-manieth edge between the same two ports this is. */
export function twinIndex(editor: EditorDocument, id: string): number {
  const edge = editor.edges[id];
  if (!edge) return 0;
  const same = (other: EditorEdge) =>
    other.source === edge.source && other.target === edge.target && other.targetPort === edge.targetPort;
  return editor.edgeIds
    .map((other) => edgeOf(editor, other))
    .filter(same)
    .findIndex((other) => other.id === id);
}

/** `4 columns, 1 renamed`; null where every column passes under its own name. */
export function transformWords(transform: EdgeTransform | undefined): string | null {
  if (transform?.mode !== 'select') return null;
  const renamed = transform.columns.filter(
    (column) => column.as !== undefined && column.as !== column.from,
  ).length;
  const count = transform.columns.length;
  return `${count} ${count === 1 ? 'column' : 'columns'}${renamed > 0 ? `, ${renamed} renamed` : ''}`;
}
