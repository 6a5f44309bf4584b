'use client';

import { X } from 'lucide-react';
import { KindIcon } from '#components/data-grid/kind-icon.tsx';
import { shortType } from '#components/data-grid/column-kind.ts';
import { Combobox } from '#components/ui/combobox.tsx';
import type { Schema } from '#lib/sql/schema.ts';

interface Labelled {
  id?: string | undefined;
  'aria-label'?: string | undefined;
  'aria-invalid'?: boolean | undefined;
  'aria-describedby'?: string | undefined;
}

export interface ColumnPickerProps extends Labelled {
  value: string;
  onChange: (value: string) => void;
  columns: Schema;
  placeholder?: string;
  disabled?: boolean;
  /** Without the column's icon, where there is little room. */
  plain?: boolean;
}

const optionsOf = (columns: Schema) =>
  columns.map(({ name, type }) => ({
    value: name,
    label: name,
    icon: <KindIcon type={type} />,
    aside: <span className="data-text text-ink-3">{shortType(type)}</span>,
  }));

/** One column of the input. A name that is not there yet may be typed. */
export function ColumnPicker({
  value,
  onChange,
  columns,
  placeholder = 'Column',
  disabled,
  plain,
  ...labelled
}: ColumnPickerProps) {
  return (
    <Combobox
      {...labelled}
      value={value}
      onValueChange={onChange}
      options={optionsOf(columns).map((option) =>
        option.value === value
          ? { ...option, aside: undefined, ...(plain ? { icon: undefined } : {}) }
          : option,
      )}
      placeholder={placeholder}
      searchPlaceholder="Search columns…"
      empty="No such column comes in."
      allowCustom
      disabled={disabled ?? false}
    />
  );
}

export interface ColumnListProps extends Labelled {
  value: readonly string[];
  onChange: (value: string[]) => void;
  columns: Schema;
  disabled?: boolean;
}

/** Several columns, in an order. */
export function ColumnList({ value, onChange, columns, disabled, ...labelled }: ColumnListProps) {
  const rest = columns.filter(
    ({ name }) => !value.some((chosen) => chosen.toLowerCase() === name.toLowerCase()),
  );
  return (
    <div className="flex flex-col gap-1">
      {value.length > 0 ? (
        <ul className="flex flex-wrap gap-1">
          {value.map((name, index) => (
            <li
              key={name}
              className="flex h-6 max-w-full items-center gap-1 rounded-[4px] bg-surface-2 pl-1.5 text-12"
            >
              <span className="truncate">{name}</span>
              <button
                type="button"
                aria-label={`Remove ${name}`}
                disabled={disabled}
                onClick={() => {
                  onChange(value.filter((_name, at) => at !== index));
                }}
                className="flex size-5 items-center justify-center rounded-[4px] text-ink-3 hover:bg-surface-3 hover:text-ink-1"
              >
                <X aria-hidden className="size-3" />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      <Combobox
        {...labelled}
        value={null}
        onValueChange={(name) => {
          onChange([...value, name]);
        }}
        options={optionsOf(rest)}
        placeholder="Add a column…"
        searchPlaceholder="Search columns…"
        empty="No further column comes in."
        allowCustom
        disabled={disabled ?? false}
      />
    </div>
  );
}
