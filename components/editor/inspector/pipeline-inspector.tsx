'use client';

import { Field } from '#components/ui/field.tsx';
import { Textarea } from '#components/ui/input.tsx';
import { Select } from '#components/ui/select.tsx';
import type { Settings } from '#lib/document/schema.ts';
import { useDocument, useEditor } from '../editor-context.tsx';
import { setDescription, setSettings } from '../model/commands.ts';
import { Changeable } from './changeable.tsx';
import { NumberSetting, TimeLimitSetting } from './number-setting.tsx';
import { ParametersPanel } from './parameters-panel.tsx';

const MODES = [
  { value: 'auto', label: 'Automatic', description: 'Chosen before the run by how much there is to do' },
  { value: 'duckdb', label: 'DuckDB', description: 'Out of core, with a memory limit' },
  { value: 'memory', label: 'Memory', description: 'Everything stays in RAM' },
  { value: 'distributed', label: 'Distributed', description: 'On a Spark Connect server' },
];
const STAGING = [
  {
    value: 'auto',
    label: 'Only what is needed',
    description: 'Steps are fused; counts and samples are kept',
  },
  { value: 'all', label: 'Every result', description: 'Page through any node, restart anywhere' },
];
const COUNTS = [
  { value: 'exact', label: 'Exact' },
  { value: 'fast', label: 'Fast, where they cost nothing' },
];

/** The pipeline itself, while nothing is selected. */
export function PipelineInspector() {
  const { document } = useEditor();
  const settings = useDocument((editor) => editor.settings);
  const description = useDocument((editor) => editor.description ?? '');
  const set = (change: Partial<Settings>, key?: string) => {
    document.apply('Edit the settings', (editor) => setSettings(editor, change), key);
  };
  return (
    <div className="flex h-full min-h-0 flex-col gap-4 overflow-y-auto p-3">
      <h2 className="text-14 font-semibold">Pipeline</h2>
      <Changeable>
        <Field label="Description" optional>
          <Textarea
            rows={2}
            value={description}
            maxLength={10_000}
            onChange={(event) => {
              document.apply(
                'Edit the description',
                (editor) => setDescription(editor, event.target.value),
                'description',
              );
            }}
          />
        </Field>
        <ParametersPanel />
        <section className="flex flex-col gap-3 border-t border-line pt-3">
          <h3 className="text-13 font-medium">How it runs</h3>
          <Field label="Mode">
            <Select
              value={settings.mode}
              options={MODES}
              onValueChange={(mode) => {
                set({ mode: mode as Settings['mode'] });
              }}
            />
          </Field>
          <Field label="Results kept">
            <Select
              value={settings.staging}
              options={STAGING}
              onValueChange={(staging) => {
                set({ staging: staging as Settings['staging'] });
              }}
            />
          </Field>
          <Field label="Row counts">
            <Select
              value={settings.counts}
              options={COUNTS}
              onValueChange={(counts) => {
                set({ counts: counts as Settings['counts'] });
              }}
            />
          </Field>
          <div className="grid grid-cols-2 gap-2">
            <NumberSetting
              label="Nodes at once"
              placeholder="by the machine"
              max={64}
              value={settings.concurrency}
              onChange={(concurrency) => {
                set({ concurrency }, 'concurrency');
              }}
            />
            <TimeLimitSetting
              valueMs={settings.timeoutMs}
              onChange={(timeoutMs) => {
                set({ timeoutMs }, 'timeout');
              }}
            />
          </div>
        </section>
      </Changeable>
    </div>
  );
}
