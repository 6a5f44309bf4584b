'use client';

import { useState } from 'react';
import { DataGrid } from '#components/data-grid/data-grid.tsx';
import { formatPlural } from '#components/format/numbers.ts';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { SegmentedControl } from '#components/ui/segmented-control.tsx';
import { definitionOf } from '#lib/nodes/catalogue.ts';
import { useBind, useDocument, useNode } from '../editor-context.tsx';
import { nameOf } from '../model/connection-rules.ts';
import { NoPreview, previewFacts } from './output-tab.tsx';
import { RowsFrame } from './rows-frame.tsx';
import { usePreview } from './use-preview.ts';

/** What goes into a node, one table per edge, after the edge's transform. */
export function InputTab({ nodeId }: { nodeId: string }) {
  const node = useNode(nodeId);
  const preview = usePreview(nodeId, true);
  const document = useDocument((editor) => editor);
  const merge = useBind((state) => state.nodes[nodeId]?.merge);
  const [chosen, setChosen] = useState(0);
  if (node && definitionOf(node.type)?.inputs.length === 0) {
    return (
      <EmptyState compact title="A source has no input">
        What it reads is shown as its output.
      </EmptyState>
    );
  }
  const inputs = preview.answer?.inputs ?? [];
  const input = inputs[Math.min(chosen, inputs.length - 1)];
  const labels = inputs.map(
    (one) => nameOf(document, one.source) + (one.port === 'input' ? '' : ` (${one.port})`),
  );
  const sentence = (merge ?? [])
    .map((one) => one.sentence)
    .filter(Boolean)
    .join(' ');
  const facts = input
    ? [
        `Preview · ${formatPlural(input.rows.length, 'row')} × ${formatPlural(input.schema.length, 'column')}`,
        sentence,
      ]
    : previewFacts(preview);
  return (
    <RowsFrame
      facts={facts}
      busy={preview.loading}
      dimmed={preview.outdated}
      aside={
        inputs.length > 1 ? (
          <SegmentedControl
            label="Which input"
            value={String(Math.min(chosen, inputs.length - 1))}
            onValueChange={(value) => {
              setChosen(Number(value));
            }}
            options={labels.map((label, index) => ({ value: String(index), label }))}
          />
        ) : null
      }
    >
      {input ? (
        <DataGrid
          key={`${chosen}:${input.schema.map((column) => column.name).join()}`}
          label={`Input from ${nameOf(document, input.source)}`}
          schema={input.schema}
          rows={input.rows}
        />
      ) : preview.answer && preview.answer.faults.length === 0 ? (
        <EmptyState compact title="Nothing comes in">
          Draw an edge to this node.
        </EmptyState>
      ) : (
        <NoPreview preview={preview} />
      )}
    </RowsFrame>
  );
}
