'use client';

import { useMemo, useState, type DragEvent } from 'react';
import { allDefinitions } from '#lib/nodes/catalogue.ts';
import type { NodeDefinition, NodeKind } from '#lib/nodes/define.ts';
import { SearchInput } from '#components/ui/search-input.tsx';
import { addBesideSelection } from '../actions/edit-actions.ts';
import { KIND_LOOKS, NodeIcon } from '../canvas/node-icon.tsx';
import { useEditor } from '../editor-context.tsx';
import { PALETTE_MIME } from './palette-drag.ts';
import { findDefinitions } from './search.ts';

const KINDS: readonly NodeKind[] = ['source', 'transform', 'code', 'destination'];

/** All node types, to drag on the canvas or to add by a click. */
export function Palette() {
  const [search, setSearch] = useState('');
  const found = useMemo(() => findDefinitions(allDefinitions(), search), [search]);
  return (
    <nav aria-label="Node types" className="flex h-full min-h-0 flex-col bg-surface-0">
      <div className="p-2">
        <SearchInput
          label="Search node types"
          placeholder="Search"
          value={search}
          onValueChange={setSearch}
        />
      </div>
      <div className="min-h-0 flex-1 overflow-y-auto px-1 pb-2" data-testid="palette">
        {KINDS.map((kind) => {
          const members = found.filter((definition) => definition.kind === kind);
          return members.length === 0 ? null : (
            <section key={kind} aria-label={KIND_LOOKS[kind].heading}>
              <h2 className="caption px-2 pt-2 pb-1">{KIND_LOOKS[kind].heading}</h2>
              <ul>
                {members.map((definition) => (
                  <PaletteItem key={definition.type} definition={definition} />
                ))}
              </ul>
            </section>
          );
        })}
        {found.length === 0 ? (
          <p className="px-2 py-6 text-center text-12 text-ink-3">No step is called “{search}”.</p>
        ) : null}
      </div>
    </nav>
  );
}

function PaletteItem({ definition }: { definition: NodeDefinition }) {
  const editor = useEditor();
  const onDragStart = (event: DragEvent) => {
    event.dataTransfer.setData(PALETTE_MIME, definition.type);
    event.dataTransfer.effectAllowed = 'copy';
  };
  return (
    <li>
      <button
        type="button"
        draggable
        onDragStart={onDragStart}
        onClick={() => {
          addBesideSelection(editor, definition.type);
        }}
        title={definition.description}
        data-testid={`palette-${definition.type}`}
        className="flex h-7 w-full items-center gap-2 rounded-control px-2 text-left text-13 text-ink-1 select-none hover:bg-surface-2 focus-visible:-outline-offset-2"
      >
        <NodeIcon type={definition.type} />
        <span className="truncate">{definition.title}</span>
      </button>
    </li>
  );
}
