'use client';

import { Command } from 'cmdk';
import { useState } from 'react';
import { Popover, PopoverAnchor, PopoverContent } from '#components/ui/popover.tsx';
import { allDefinitions } from '#lib/nodes/catalogue.ts';
import { addNodeOfType } from '../actions/edit-actions.ts';
import { useEditor, useUi } from '../editor-context.tsx';
import { findDefinitions } from '../palette/search.ts';
import { KIND_LOOKS, NodeIcon } from './node-icon.tsx';

/** Quick-add: opened by Tab, a double-click, or an edge dropped where no card is; then only what fits the edge. */
export function NodeMenu() {
  const { ui } = useEditor();
  const menu = useUi((state) => state.nodeMenu);
  if (!menu) return null;
  return (
    <Popover
      open
      onOpenChange={(open) => {
        if (!open) ui.setState({ nodeMenu: null });
      }}
    >
      <PopoverAnchor style={{ position: 'fixed', left: menu.at.x, top: menu.at.y }} />
      <PopoverContent className="w-72 p-0" sideOffset={0}>
        <NodeChoices />
      </PopoverContent>
    </Popover>
  );
}

function NodeChoices() {
  const editor = useEditor();
  const menu = useUi((state) => state.nodeMenu);
  const [search, setSearch] = useState('');
  const fitting = allDefinitions().filter((definition) => {
    if (!menu?.from) return true;
    return menu.from.side === 'source' ? definition.inputs.length > 0 : definition.outputs.length > 0;
  });
  const choose = (type: string) => {
    if (!menu) return;
    editor.ui.setState({ nodeMenu: null });
    addNodeOfType(editor, { type, at: menu.place, ...(menu.from ? { from: menu.from } : {}) });
  };
  return (
    <Command label="Add a step" shouldFilter={false} loop>
      <Command.Input
        autoFocus
        value={search}
        onValueChange={setSearch}
        placeholder="Add a step…"
        className="h-9 w-full border-b border-line bg-transparent px-3 text-13 outline-none placeholder:text-ink-3"
      />
      <Command.List className="max-h-72 overflow-y-auto p-1">
        <Command.Empty className="px-2 py-4 text-center text-12 text-ink-3">Nothing fits.</Command.Empty>
        {findDefinitions(fitting, search).map((definition) => (
          <Command.Item
            key={definition.type}
            value={definition.type}
            onSelect={choose}
            className="flex h-8 items-center gap-2 rounded-control px-2 text-13 select-none data-[selected=true]:bg-surface-2"
          >
            <NodeIcon type={definition.type} />
            <span className="min-w-0 flex-1 truncate">{definition.title}</span>
            <span className="text-12 text-ink-3">{KIND_LOOKS[definition.kind].heading}</span>
          </Command.Item>
        ))}
      </Command.List>
    </Command>
  );
}
