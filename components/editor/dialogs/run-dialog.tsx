'use client';

import { useState, type FormEvent } from 'react';
import { inWords } from '#components/format/in-words.ts';
import { Button } from '#components/ui/button.tsx';
import { Dialog, DialogClose, DialogContent } from '#components/ui/dialog.tsx';
import { Field } from '#components/ui/field.tsx';
import type { Parameter } from '#lib/document/schema.ts';
import { resolveParameters } from '#lib/parameters/values.ts';
import { run } from '../actions/run-actions.ts';
import { useDocument, useEditor, useUi } from '../editor-context.tsx';
import { ParameterValueInput } from '../inspector/parameter-value.tsx';
import { nameOf } from '../model/connection-rules.ts';

/** Values for one run; what is left empty keeps its default. */
export function RunDialog() {
  const { ui } = useEditor();
  const wish = useUi((state) => state.runDialog);
  const close = () => {
    ui.setState({ runDialog: null });
  };
  return (
    <Dialog
      open={wish !== null}
      onOpenChange={(open) => {
        if (!open) close();
      }}
    >
      {wish === null ? null : <RunForm from={wish.from} to={wish.to} onDone={close} />}
    </Dialog>
  );
}

function RunForm({
  from,
  to,
  onDone,
}: {
  from: string | undefined;
  to: string | undefined;
  onDone: () => void;
}) {
  const editor = useEditor();
  const document = useDocument((current) => current);
  const [values, setValues] = useState<Record<string, Parameter['default']>>({});
  const [left, setLeft] = useState<ReadonlySet<string>>(new Set());
  const entries = Object.entries(document.parameters);
  const missing = entries.filter(
    ([name, parameter]) => parameter.default === undefined && values[name] === undefined,
  );
  const wrong = Object.fromEntries(
    entries.flatMap(([name, parameter]) => {
      const words = values[name] === undefined ? null : whatIsWrong(name, parameter, values[name]);
      return words === null ? [] : [[name, words]];
    }),
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setLeft(new Set(entries.map(([name]) => name)));
    if (Object.keys(wrong).length > 0) return;
    onDone();
    const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
    void run(editor, { parameters: given, ...(from ? { from } : {}), ...(to ? { to } : {}) });
  };
  const part =
    to !== undefined && from === to
      ? ` only ${nameOf(document, to)}`
      : to
        ? ` up to ${nameOf(document, to)}`
        : from
          ? ` from ${nameOf(document, from)} on`
          : '';
  return (
    <DialogContent
      title={`Run${part}`}
      description="The draft on screen runs, frozen as a version."
      footer={
        <>
          <DialogClose asChild>
            <Button>Cancel</Button>
          </DialogClose>
          <Button type="submit" form="run-parameters" variant="primary" disabled={missing.length > 0}>
            Run
          </Button>
        </>
      }
    >
      <form id="run-parameters" onSubmit={submit} className="flex flex-col gap-3">
        {entries.length === 0 ? <p className="text-13 text-ink-3">This pipeline has no parameters.</p> : null}
        {entries.map(([name, parameter]) => (
          <Field
            key={name}
            label={name}
            hint={hintOf(parameter)}
            // Half a date is no mistake yet.
            error={left.has(name) ? wrong[name] : undefined}
          >
            <ParameterValueInput
              label={name}
              parameter={parameter}
              value={values[name]}
              onBlur={() => {
                setLeft(new Set(left).add(name));
              }}
              placeholder={
                parameter.default === undefined
                  ? (EXAMPLES[parameter.type] ?? 'must be given')
                  : `default: ${JSON.stringify(parameter.default)}`
              }
              onChange={(value) => {
                setValues({ ...values, [name]: value });
              }}
            />
          </Field>
        ))}
      </form>
    </DialogContent>
  );
}

/** What it is; a date's field has no room for its default, all others show it in theirs. */
function hintOf({ type, description, default: value }: Parameter): string {
  const words = description ?? type;
  return type === 'date' && value !== undefined ? `${words} · default: ${String(value)}` : words;
}

/** How a value is written, where that is not plain. */
const EXAMPLES: Partial<Record<Parameter['type'], string>> = {
  list: '["a", "b"]',
  timestamp: '2024-01-01T00:00:00',
};

/** Why a value is not one of the parameter's type, in words; null where it is. */
function whatIsWrong(name: string, parameter: Parameter, value: unknown): string | null {
  const [fault] = resolveParameters({ [name]: parameter }, { [name]: value }).faults;
  return fault ? inWords(fault) : null;
}
