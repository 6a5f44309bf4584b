'use client';

import { useState } from 'react';
import { CommandDialog, CommandGroup, CommandItem } from '#components/ui/command.tsx';
import { definitionOf } from '#lib/nodes/catalogue.ts';
import { connectNodes, masterReads } from '../actions/edit-actions.ts';
import { useDocument, useEditor, useUi } from '../editor-context.tsx';
import { inputNameFor, mayConnect, nameOf } from '../model/connection-rules.ts';
import type { Ends } from '../model/commands.ts';
import { nodeOf } from '../model/editor-document.ts';
import { NodeIcon } from './node-icon.tsx';

/** “Connect to…”: drawing an edge without a mouse. Lists only the ends that an edge may have. */
export function ConnectDialog() {
  const { ui } = useEditor();
  const from = useUi((state) => state.connectFrom);
  const [search, setSearch] = useState('');
  const close = () => {
    ui.setState({ connectFrom: null });
    setSearch('');
  };
  return (
    <CommandDialog
      open={from !== null}
      onOpenChange={(open) => {
        if (!open) close();
      }}
      label="Connect to"
      placeholder="Connect to…"
      search={search}
      onSearchChange={setSearch}
    >
      {from === null ? null : <Targets from={from} onDone={close} />}
    </CommandDialog>
  );
}

function Targets({ from, onDone }: { from: string; onDone: () => void }) {
  const editor = useEditor();
  const document = useDocument((current) => current);
  if (!document.nodes[from]) return null;
  const source = nodeOf(document, from);
  const outputs = definitionOf(source.type)?.outputs ?? [];
  const masters = masterReads(editor);
  const ends = outputs.flatMap((output) =>
    document.nodeIds.flatMap((target) =>
      (definitionOf(nodeOf(document, target).type)?.inputs ?? []).map((input): Ends => ({
        source: source.id,
        sourcePort: output.name,
        target,
        targetPort: input.name,
      })),
    ),
  );
  const allowed = ends.filter((one) => mayConnect(document, one, { definitionOf, masters }).ok);
  const labelOf = (one: Ends): string => {
    const { target, targetPort, sourcePort } = one;
    const inputs = definitionOf(nodeOf(document, target).type)?.inputs ?? [];
    const input = inputs.length > 1 ? inputs.find(({ name }) => name === targetPort)?.label : undefined;
    const output = outputs.length > 1 ? outputs.find(({ name }) => name === sourcePort)?.label : undefined;
    const as = inputNameFor(document, one, definitionOf);
    return [
      [nameOf(document, target), input].filter(Boolean).join(' · '),
      output ? ` (from ${output})` : '',
      as ? ` (again, as ${as})` : '',
    ].join('');
  };
  return (
    <CommandGroup heading={`From ${nameOf(document, from)}`}>
      {allowed.map((one) => (
        <CommandItem
          key={JSON.stringify(one)}
          value={JSON.stringify(one)}
          keywords={[labelOf(one)]}
          icon={<NodeIcon type={document.nodes[one.target]?.type ?? ''} />}
          onSelect={() => {
            connectNodes(editor, one);
            onDone();
          }}
        >
          {labelOf(one)}
        </CommandItem>
      ))}
    </CommandGroup>
  );
}
