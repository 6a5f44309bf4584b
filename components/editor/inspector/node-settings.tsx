'use client';

import { useState } from 'react';
import { Field } from '#components/ui/field.tsx';
import { Input, Textarea } from '#components/ui/input.tsx';
import { Select } from '#components/ui/select.tsx';
import { Switch } from '#components/ui/switch.tsx';
import { definitionOf } from '#lib/nodes/catalogue.ts';
import type { DocumentNode } from '#lib/document/schema.ts';
import { nodeIdSchema, RESERVED_NODE_IDS } from '#lib/graph/ids.ts';
import { useBind, useDocument, useEditor } from '../editor-context.tsx';
import { renameNodeId, setNode, type NodeSettings as Settings } from '../model/commands.ts';
import { edgesInto } from '../model/editor-document.ts';
import { Disclosure } from './disclosure.tsx';
import { NumberSetting, TimeLimitSetting } from './number-setting.tsx';

/** What every node has, whatever its type: merging, master data, description, and what is rarely touched. */
export function NodeSettings({ node }: { node: DocumentNode }) {
  const { document } = useEditor();
  const set = (settings: Settings, key?: string) => {
    document.apply(
      `Edit ${node.name ?? node.id}`,
      (editor) => setNode(editor, node.id, settings),
      key === undefined ? undefined : `setting:${node.id}:${key}`,
    );
  };
  const definition = definitionOf(node.type);
  return (
    <>
      <MergeSetting node={node} onSet={set} />
      {definition?.kind === 'destination' ? null : (
        <Field
          label="Master data"
          hint={
            node.masterData
              ? `Any SQL in this pipeline may read it as master.${node.id}, without an edge.`
              : 'Lets every node read it by name, without an edge.'
          }
          className="grid grid-cols-[1fr_auto] items-center [&>p]:col-span-2"
        >
          <Switch
            checked={node.masterData ?? false}
            onCheckedChange={(on) => {
              set({ masterData: on || undefined });
            }}
          />
        </Field>
      )}
      <Advanced node={node} onSet={set} />
    </>
  );
}

interface SettingProps {
  node: DocumentNode;
  onSet: (settings: Settings, key?: string) => void;
}

const MERGE_OPTIONS = [
  {
    value: 'auto',
    label: 'Automatic',
    description: 'Stacked where the columns are the same, else side by side',
  },
  { value: 'union', label: 'Stack', description: 'Rows below each other, columns by name' },
  { value: 'join', label: 'Side by side', description: 'By the position of the rows' },
];

/** Only where several edges meet; says what became of them. */
function MergeSetting({ node, onSet }: SettingProps) {
  const count = useDocument((editor) => edgesInto(editor, node.id).length);
  const merge = useBind((state) => state.nodes[node.id]?.merge);
  const inputs = definitionOf(node.type)?.inputs ?? [];
  if (count < 2 || inputs.length !== 1) return null;
  const sentence = (merge ?? [])
    .map((one) => one.sentence)
    .filter(Boolean)
    .join(' ');
  return (
    <Field label="Several inputs" hint={sentence || 'What becomes of the rows when several edges end here.'}>
      <Select
        value={node.merge ?? 'auto'}
        options={MERGE_OPTIONS}
        onValueChange={(value) => {
          onSet({ merge: value === 'union' || value === 'join' ? value : undefined });
        }}
      />
    </Field>
  );
}

const CACHE_OPTIONS = [
  { value: 'auto', label: 'Automatic', description: 'Used again while nothing it depends on has changed' },
  { value: 'always-run', label: 'Always run', description: 'Never use an earlier result' },
  { value: 'never-keep', label: 'Never keep', description: 'Its rows are not stored for later' },
];

function Advanced({ node, onSet }: SettingProps) {
  return (
    <Disclosure label="Advanced" className="border-t border-line pt-2">
      <div className="flex flex-col gap-4 pt-2">
        <IdSetting node={node} />
        <Field label="Description" optional>
          <Textarea
            rows={2}
            value={node.description ?? ''}
            maxLength={4000}
            onChange={(event) => {
              onSet({ description: event.target.value || undefined }, 'description');
            }}
          />
        </Field>
        <Field label="Earlier results">
          <Select
            value={node.cache ?? 'auto'}
            options={CACHE_OPTIONS}
            onValueChange={(value) => {
              onSet({ cache: value === 'always-run' || value === 'never-keep' ? value : undefined });
            }}
          />
        </Field>
        <div className="grid grid-cols-2 gap-2">
          <NumberSetting
            label="Retries"
            placeholder="0"
            max={20}
            value={node.retries}
            onChange={(retries) => {
              onSet({ retries }, 'retries');
            }}
          />
          <TimeLimitSetting
            valueMs={node.timeoutMs}
            onChange={(timeoutMs) => {
              onSet({ timeoutMs }, 'timeout');
            }}
          />
        </div>
        <Field
          label="Disabled"
          hint="It and what depends on it are left out of runs."
          className="grid grid-cols-[1fr_auto] items-center [&>p]:col-span-2"
        >
          <Switch
            checked={node.disabled ?? false}
            onCheckedChange={(on) => {
              onSet({ disabled: on || undefined });
            }}
          />
        </Field>
      </div>
    </Disclosure>
  );
}

/** The name that SQL uses; takes hold when the field is left, if it is free. */
function IdSetting({ node }: { node: DocumentNode }) {
  const { document, selection } = useEditor();
  const [draft, setDraft] = useState<string | null>(null);
  const taken = useDocument(
    (editor) =>
      draft !== null &&
      draft !== node.id &&
      editor.nodeIds.some((id) => id.toLowerCase() === draft.toLowerCase() && id !== node.id),
  );
  const parsed = nodeIdSchema.safeParse(draft ?? node.id);
  const reserved = RESERVED_NODE_IDS.includes((draft ?? '').toLowerCase());
  const error = !parsed.success
    ? 'Starts with a letter; then letters, digits and _.'
    : taken
      ? 'Another node is called that.'
      : reserved
        ? 'SQL uses this name itself.'
        : undefined;
  const commit = () => {
    if (draft !== null && parsed.success && error === undefined && draft !== node.id) {
      document.apply('Change the id', (editor) => renameNodeId(editor, node.id, parsed.data));
      selection.select([parsed.data]);
    }
    setDraft(null);
  };
  return (
    <Field
      label="Name in SQL"
      error={error}
      hint="The table name of its rows. Queries that use the old one must be changed by hand."
    >
      <Input
        className="data-text"
        value={draft ?? node.id}
        maxLength={100}
        onChange={(event) => {
          setDraft(event.target.value);
        }}
        onBlur={commit}
        onKeyDown={(event) => {
          if (event.key === 'Enter') event.currentTarget.blur();
        }}
      />
    </Field>
  );
}
