'use client';

import { useState, type FormEvent } from 'react';
import { Button } from '#components/ui/button.tsx';
import { Dialog, DialogClose, DialogContent } from '#components/ui/dialog.tsx';
import { Field } from '#components/ui/field.tsx';
import type { Parameter } from '#lib/document/schema.ts';
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
  const entries = Object.entries(document.parameters);
  const missing = entries.filter(
    ([name, parameter]) => parameter.default === undefined && values[name] === undefined,
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
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
          <Field key={name} label={name} hint={parameter.description ?? parameter.type}>
            <ParameterValueInput
              label={name}
              parameter={parameter}
              value={values[name]}
              placeholder={
                parameter.default === undefined
                  ? 'must be given'
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
