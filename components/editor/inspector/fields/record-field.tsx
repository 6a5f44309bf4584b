'use client';

import { X } from 'lucide-react';
import { IconButton } from '#components/ui/icon-button.tsx';
import { Input } from '#components/ui/input.tsx';
import { emptyValue, labelOf, type FieldShape } from '../field-shape.ts';
import { membersOf, type ConfigFieldProps } from './field-props.ts';
import { faultsAt, faultWords, useFormScope } from './form-context.tsx';
import { AddButton, Group } from './list-parts.tsx';
import { ScalarControl } from './scalar-control.tsx';

/** Keys and values, one to a row. */
export function RecordField({
  name,
  shape,
  path,
  value,
  onChange,
}: ConfigFieldProps & { shape: Extract<FieldShape, { kind: 'record' }> }) {
  const scope = useFormScope();
  const entries = Object.entries(membersOf(value));
  const set = (next: [string, unknown][]) => {
    onChange(next.length === 0 && shape.optional ? undefined : Object.fromEntries(next), path);
  };
  const label = labelOf(name, shape);
  return (
    <Group label={label} help={shape.meta.help} error={faultWords(faultsAt(scope, path, true))}>
      {entries.map(([key, member], index) => (
        <div key={index} className="flex items-center gap-1">
          <Input
            aria-label={`${label}: name`}
            value={key}
            disabled={scope.readOnly}
            onChange={(event) => {
              set(entries.map((entry, at) => (at === index ? [event.target.value, entry[1]] : entry)));
            }}
          />
          <div className="min-w-0 flex-1">
            <ScalarControl
              compact
              shape={shape.value}
              path={[...path, key]}
              value={member}
              label={`${label}: value`}
              onChange={(next) => {
                set(entries.map((entry, at) => (at === index ? [entry[0], next] : entry)));
              }}
            />
          </div>
          <IconButton
            size="xs"
            label={`Remove ${key}`}
            disabled={scope.readOnly}
            onClick={() => {
              set(entries.filter((_entry, at) => at !== index));
            }}
          >
            <X aria-hidden />
          </IconButton>
        </div>
      ))}
      <AddButton
        label={label}
        disabled={scope.readOnly || entries.some(([key]) => key === '')}
        onClick={() => {
          set([...entries, ['', emptyValue(shape.value)]]);
        }}
      />
    </Group>
  );
}
