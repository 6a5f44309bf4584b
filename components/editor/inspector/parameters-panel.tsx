'use client';

import { Plus, X } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#components/ui/button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Input } from '#components/ui/input.tsx';
import { Select } from '#components/ui/select.tsx';
import type { Fault } from '#lib/errors/app-error.ts';
import { PARAMETER_TYPES, type Parameter } from '#lib/document/schema.ts';
import { useBind, useDocument, useEditor } from '../editor-context.tsx';
import { setParameters } from '../model/commands.ts';
import { freeName } from '../model/free-names.ts';
import { ParameterValueInput } from './parameter-value.tsx';

const TYPES = [...PARAMETER_TYPES, 'list'].map((type) => ({ value: type, label: type }));
const NAME = /^[A-Za-z][A-Za-z0-9_]{0,99}$/;

/** The typed parameters: name, type, and the value that holds unless a run is given another. */
export function ParametersPanel() {
  const { document } = useEditor();
  const parameters = useDocument((editor) => editor.parameters);
  const faults = useBind((state) => state.faults);
  const entries = Object.entries(parameters);
  const set = (next: [string, Parameter][], key?: string) => {
    document.apply('Edit parameters', (editor) => setParameters(editor, Object.fromEntries(next)), key);
  };
  const replace = (index: number, name: string, parameter: Parameter, key?: string) => {
    set(
      entries.map((entry, at) => (at === index ? [name, parameter] : entry)),
      key,
    );
  };
  return (
    <section className="flex flex-col gap-2 border-t border-line pt-3">
      <h3 className="text-13 font-medium">Parameters</h3>
      {entries.length === 0 ? (
        <p className="text-12 text-ink-3">
          A parameter is a value that a run can be given: <code>{'${since}'}</code> in SQL, paths and
          settings.
        </p>
      ) : null}
      {entries.map(([name, parameter], index) => (
        <div key={index} className="flex flex-col gap-1">
          <div className="flex items-center gap-1">
            <ParameterName
              name={name}
              taken={entries.map(([other]) => other)}
              onCommit={(next) => {
                replace(index, next, parameter);
              }}
            />
            <Select
              aria-label={`Type of ${name}`}
              className="w-28 shrink-0"
              value={parameter.type}
              options={TYPES}
              onValueChange={(type) => {
                replace(index, name, ofType(parameter, type));
              }}
            />
            <IconButton
              size="xs"
              label={`Remove ${name}`}
              onClick={() => {
                set(entries.filter((_entry, at) => at !== index));
              }}
            >
              <X aria-hidden />
            </IconButton>
          </div>
          <ParameterValueInput
            label={`Default of ${name}`}
            parameter={parameter}
            value={parameter.default}
            placeholder="no default: each run must say"
            onChange={(value) => {
              replace(index, name, withDefault(parameter, value), `parameter:${name}`);
            }}
            aria-invalid={faultOf(faults, name) !== undefined || undefined}
          />
          <p role="status" className="text-12 text-status-failed empty:hidden">
            {faultOf(faults, name)}
          </p>
        </div>
      ))}
      <Button
        variant="ghost"
        className="self-start text-ink-3"
        onClick={() => {
          set([
            ...entries,
            [
              freeName(
                'parameter',
                entries.map(([name]) => name),
              ).replace(' ', ''),
              { type: 'string' },
            ],
          ]);
        }}
      >
        <Plus aria-hidden /> Add a parameter
      </Button>
    </section>
  );
}

/** What binding found wrong with a parameter, in words. */
function faultOf(faults: readonly Fault[], name: string): string | undefined {
  const found = faults.find(
    ({ severity, place }) =>
      severity === 'error' && place?.path?.[0] === 'parameters' && place.path[1] === name,
  );
  return found?.message;
}

function ParameterName({
  name,
  taken,
  onCommit,
}: {
  name: string;
  taken: readonly string[];
  onCommit: (name: string) => void;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const wrong = draft !== null && draft !== name && (!NAME.test(draft) || taken.includes(draft));
  return (
    <Input
      aria-label="Name of the parameter"
      className="data-text"
      value={draft ?? name}
      aria-invalid={wrong || undefined}
      onChange={(event) => {
        setDraft(event.target.value);
      }}
      onBlur={() => {
        if (draft !== null && !wrong && draft !== name) onCommit(draft);
        setDraft(null);
      }}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
      }}
    />
  );
}

/** Another type takes no default along: `7` is no date. */
function ofType(parameter: Parameter, type: string): Parameter {
  const { default: _default, items: _items, ...rest } = parameter;
  return { ...rest, type: type as Parameter['type'] };
}

function withDefault({ default: _default, ...rest }: Parameter, value: Parameter['default']): Parameter {
  return value === undefined ? rest : { ...rest, default: value };
}
