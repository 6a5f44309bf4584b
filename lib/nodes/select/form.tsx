'use client';

import type { ColumnChoice, NodeFormProps } from '../form-props.ts';

/** Columns to keep as a table, or columns to leave out: one of the two, and what was chosen in one is offered in the other. */
export default function SelectForm({ config, inputs, onChange, controls: { ColumnTable } }: NodeFormProps) {
  const available = inputs['input'] ?? [];
  const drop = Array.isArray(config['drop']) ? config['drop'].map(String) : null;
  const columns = Array.isArray(config['columns']) ? (config['columns'] as ColumnChoice[]) : [];
  const dropped = new Set((drop ?? []).map((name) => name.toLowerCase()));
  const kept =
    drop === null
      ? columns
      : available.filter(({ name }) => !dropped.has(name.toLowerCase())).map(({ name }) => ({ from: name }));

  const setKept = (next: ColumnChoice[]) => {
    if (drop === null) onChange(next, ['columns']);
    else
      onChange(
        {
          drop: available
            .map(({ name }) => name)
            .filter((name) => !next.some(({ from }) => from.toLowerCase() === name.toLowerCase())),
        },
        [],
      );
  };
  const setMode = (leaveOut: boolean) => {
    if (leaveOut === (drop !== null)) return;
    const names = new Set(kept.map(({ from }) => from.toLowerCase()));
    onChange(
      leaveOut
        ? { drop: available.map(({ name }) => name).filter((name) => !names.has(name.toLowerCase())) }
        : { columns: kept },
      [],
    );
  };

  return (
    <div className="flex flex-col gap-3">
      <fieldset className="flex flex-col gap-1.5">
        <legend className="sr-only">What happens to columns that are new in the input</legend>
        <Choice
          label="Keep only the chosen columns"
          checked={drop === null}
          onChoose={() => {
            setMode(false);
          }}
        />
        <Choice
          label="Keep all but those left out, also columns that appear later"
          checked={drop !== null}
          onChoose={() => {
            setMode(true);
          }}
        />
      </fieldset>
      <ColumnTable
        available={available}
        value={kept}
        onChange={setKept}
        casts={drop === null}
        picksOnly={drop !== null}
      />
    </div>
  );
}

function Choice({ label, checked, onChoose }: { label: string; checked: boolean; onChoose: () => void }) {
  return (
    <label className="flex items-start gap-2 text-13">
      <input
        type="radio"
        name="select-mode"
        className="mt-1 accent-(--accent-fill)"
        checked={checked}
        onChange={onChoose}
      />
      {label}
    </label>
  );
}
