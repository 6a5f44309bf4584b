'use client';

import type { NodeProps } from '@xyflow/react';
import { memo } from 'react';
import { useLiveNode } from '#components/runs/live-run-store.ts';
import { definitionOf } from '#lib/nodes/catalogue.ts';
import type { Fault } from '#lib/errors/app-error.ts';
import { useBind, useEditor, useNode, useRun, useUi } from '../editor-context.tsx';
import { setNode } from '../model/commands.ts';
import { useStaleReason } from '../stores/staleness-context.tsx';
import { CARD_WIDTH } from './card-geometry.ts';
import { useFar } from './far.tsx';
import { CardView, type CardViewProps } from './card-view.tsx';
import type { CardNode } from './flow-elements.ts';
import { Ports } from './ports.tsx';

/** A card of the editor: reads all that it says by its own id, and renders again only when that changed. */
export const NodeCard = memo(function NodeCard({ id, selected }: NodeProps<CardNode>) {
  const node = useNode(id);
  const bound = useBind((state) => state.nodes[id]);
  const faults = useBind((state) => state.faultsByNode[id]);
  const runId = useRun((state) => state.run?.id ?? null);
  const record = useLiveNode(runId, id);
  const stale = useStaleReason(id);
  const renaming = useUi((state) => state.renaming === id);
  const far = useFar();
  const { readOnly } = useEditor();
  if (!node) return null;
  return (
    <>
      <CardView
        type={node.type}
        name={node.name ?? node.id}
        summary={bound?.summary ?? summaryOf(node.type, node.config)}
        masterData={node.masterData ?? false}
        disabled={node.disabled ?? false}
        merge={(record?.merge ?? bound?.merge ?? NONE).filter(
          ({ rule }) => rule === 'union' || rule === 'join',
        )}
        fault={gravest(faults)}
        columnCount={bound?.schema?.length ?? null}
        record={record ? { ...record, rowsOut: record.rowsOut ?? record.rowsSoFar } : null}
        stale={stale}
        selected={selected}
        far={far}
      />
      {renaming ? <NameField id={id} name={node.name ?? node.id} /> : null}
      <Ports type={node.type} connectable={!readOnly} far={far} />
    </>
  );
});

const NONE: NonNullable<CardViewProps['merge']> = [];

/** What binding would say in words, before its answer is there; an unfinished config has no words yet. */
export function summaryOf(type: string, config: unknown): string {
  const definition = definitionOf(type);
  const parsed = definition?.config.safeParse(config);
  return definition && parsed?.success
    ? definition.summary(parsed.data)
    : (definition?.title ?? `Unknown type ${type}`);
}

/** The first error, else the first warning, and how many there are. */
export function gravest(faults: readonly Fault[] | undefined): CardViewProps['fault'] {
  const first = faults?.find((fault) => fault.severity === 'error') ?? faults?.[0];
  return first && faults ? { severity: first.severity, message: first.message, count: faults.length } : null;
}

/** Renaming on the card itself, after F2. */
function NameField({ id, name }: { id: string; name: string }) {
  const { document, ui } = useEditor();
  const close = (next: string | null) => {
    ui.setState({ renaming: null });
    if (next !== null && next.trim() !== '')
      document.apply('Rename', (editor) => setNode(editor, id, { name: next.trim().slice(0, 200) }));
  };
  return (
    <input
      autoFocus
      aria-label="Name of the node"
      defaultValue={name}
      onFocus={(event) => {
        event.target.select();
      }}
      onBlur={(event) => {
        close(event.target.value);
      }}
      onKeyDown={(event) => {
        event.stopPropagation();
        if (event.key === 'Enter') close(event.currentTarget.value);
        if (event.key === 'Escape') close(null);
      }}
      className="nodrag nopan absolute top-2 left-8 h-6 rounded-control border border-accent bg-surface-1 px-1 text-13 font-medium outline-none"
      style={{ width: CARD_WIDTH - 44 }}
    />
  );
}
