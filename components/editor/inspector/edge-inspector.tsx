'use client';

import { ArrowRight, Trash2 } from 'lucide-react';
import { Button } from '#components/ui/button.tsx';
import { FaultList } from '#components/ui/error-panel.tsx';
import { SegmentedControl } from '#components/ui/segmented-control.tsx';
import { Field } from '#components/ui/field.tsx';
import { definitionOf } from '#lib/nodes/catalogue.ts';
import { nodeIdSchema } from '#lib/graph/ids.ts';
import type { Fault } from '#lib/errors/app-error.ts';
import type { ColumnChoice } from '#lib/nodes/form-props.ts';
import type { Schema } from '#lib/sql/schema.ts';
import { deleteSelection } from '../actions/edit-actions.ts';
import { useBind, useDocument, useEditor } from '../editor-context.tsx';
import { setEdge } from '../model/commands.ts';
import { nameOf } from '../model/connection-rules.ts';
import { Changeable } from './changeable.tsx';
import { ColumnTable } from './column-table.tsx';
import { NameInput } from './name-input.tsx';

const NO_FAULTS: readonly Fault[] = [];
const NO_COLUMNS: Schema = [];

/** One edge: which columns pass and under which names. */
export function EdgeInspector({ id }: { id: string }) {
  const editor = useEditor();
  const edge = useDocument((document) => document.edges[id]);
  const source = useDocument((document) => (edge ? nameOf(document, edge.source) : ''));
  const target = useDocument((document) => (edge ? nameOf(document, edge.target) : ''));
  const separate = useDocument((document) =>
    Boolean(edge && definitionOf(document.nodes[edge.target]?.type ?? '')?.inputs[0]?.separate),
  );
  const faults = useBind((state) => state.faultsByEdge[id] ?? NO_FAULTS);
  const available = useBind((state) =>
    edge ? availableOn(state, id, edge.source, edge.target) : NO_COLUMNS,
  );
  if (!edge) return null;
  const chosen = edge.transform?.mode === 'select' ? edge.transform.columns : null;
  const setColumns = (columns: readonly ColumnChoice[]) => {
    // The document has no edge without columns: the last one stays until another is chosen.
    if (columns.length === 0) return;
    const plain = columns.map(({ from, as }) => (as === undefined ? { from } : { from, as }));
    editor.document.apply(
      'Edit the edge',
      (document) => setEdge(document, id, { transform: { mode: 'select', columns: plain } }),
      `edge:${id}`,
    );
  };
  const setMode = (mode: 'all' | 'select') => {
    if (mode === 'all')
      editor.document.apply('Pass all columns', (document) =>
        setEdge(document, id, { transform: undefined }),
      );
    else if (chosen === null) setColumns(available.map(({ name }) => ({ from: name })));
  };
  return (
    <div className="flex h-full min-h-0 flex-col gap-4 overflow-y-auto p-3">
      <h2 className="flex min-w-0 items-center gap-1.5 text-14 font-semibold">
        <span className="truncate">{source}</span>
        <ArrowRight aria-label="to" className="size-3.5 shrink-0 text-ink-3" />
        <span className="truncate">{target}</span>
      </h2>
      {faults.length > 0 ? <FaultList faults={faults} /> : null}
      <Changeable>
        <div className="flex items-center gap-2">
          <SegmentedControl
            label="Columns that pass"
            value={chosen === null ? 'all' : 'select'}
            onValueChange={setMode}
            options={[
              { value: 'all', label: 'All columns' },
              { value: 'select', label: 'Selected' },
            ]}
          />
          {editor.readOnly ? null : (
            <Button
              variant="ghost"
              className="ml-auto"
              onClick={() => {
                deleteSelection(editor);
              }}
            >
              <Trash2 aria-hidden /> Delete
            </Button>
          )}
        </div>
        {chosen === null && available.length === 0 ? (
          <p className="text-12 text-ink-3">The columns of {source} are not known yet.</p>
        ) : null}
        {chosen === null ? (
          <AllColumns available={available} />
        ) : (
          <ColumnTable available={available} value={chosen} onChange={setColumns} />
        )}
        {separate ? (
          <Field label="Table name in SQL" hint={`How the query of ${target} names these rows.`}>
            <NameInput
              label="Table name in SQL"
              className="data-text border-line-strong font-normal"
              value={edge.as ?? edge.source}
              onCommit={(name) => {
                const parsed = nodeIdSchema.safeParse(name);
                if (parsed.success)
                  editor.document.apply('Name the input', (document) =>
                    setEdge(document, id, { as: parsed.data === edge.source ? undefined : parsed.data }),
                  );
              }}
            />
          </Field>
        ) : null}
      </Changeable>
    </div>
  );
}

/** The columns that its source has, as binding knows them from either end. */
function availableOn(
  state: {
    nodes: Readonly<
      Record<
        string,
        { schema: Schema | null; inputs: { edges: { index: number; available: Schema }[] }[] } | undefined
      >
    >;
    edgeIds: readonly string[];
  },
  id: string,
  source: string,
  target: string,
): Schema {
  const index = state.edgeIds.indexOf(id);
  const edges = state.nodes[target]?.inputs.flatMap((input) => input.edges) ?? [];
  return edges.find((edge) => edge.index === index)?.available ?? state.nodes[source]?.schema ?? NO_COLUMNS;
}

function AllColumns({ available }: { available: Schema }) {
  if (available.length === 0) return null;
  return (
    <ul className="flex flex-col" aria-label="Columns">
      {available.map(({ name, type }) => (
        <li key={name} className="flex h-7 items-center gap-2 border-b border-line text-12">
          <span className="min-w-0 flex-1 truncate">{name}</span>
          <span className="data-text truncate text-ink-3">{type}</span>
        </li>
      ))}
    </ul>
  );
}
