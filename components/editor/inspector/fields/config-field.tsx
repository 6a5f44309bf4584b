'use client';

import { useState } from 'react';
import { cn } from '#components/ui/cn.ts';
import { Field } from '#components/ui/field.tsx';
import { Words } from '#components/ui/words.tsx';
import { Disclosure } from '../disclosure.tsx';
import { emptyValue, labelOf, type FieldShape, type NamedShape } from '../field-shape.ts';
import { isNarrow, membersOf, rowsOf, type ConfigFieldProps } from './field-props.ts';
import { faultsAt, faultWords, useFormScope, type FieldPath } from './form-context.tsx';
import { AddButton, Group, ListRow } from './list-parts.tsx';
import { RecordField } from './record-field.tsx';
import { ScalarControl } from './scalar-control.tsx';

/** One key of a config: label, control, help, and what is wrong with it. */
export function ConfigField({ name, shape, path, value, onChange }: ConfigFieldProps) {
  const scope = useFormScope();
  const label = labelOf(name, shape);
  if (shape.meta.meaning !== 'columns') {
    if (shape.kind === 'object')
      return <ObjectField name={name} shape={shape} path={path} value={value} onChange={onChange} />;
    if (shape.kind === 'list')
      return <ListField name={name} shape={shape} path={path} value={value} onChange={onChange} />;
    if (shape.kind === 'record')
      return <RecordField name={name} shape={shape} path={path} value={value} onChange={onChange} />;
  }
  const control = (
    <ScalarControl
      shape={shape}
      path={path}
      value={value}
      onChange={(next) => {
        onChange(next, path);
      }}
      label={label}
    />
  );
  const error = faultWords(faultsAt(scope, path, true));
  const inline = shape.kind === 'boolean' && !(shape.optional && shape.defaultValue === undefined);
  return (
    <Field
      label={label}
      optional={shape.optional && shape.defaultValue === undefined}
      hint={shape.meta.help === undefined ? undefined : <Words text={shape.meta.help} />}
      error={error}
      className={inline ? 'grid grid-cols-[1fr_auto] items-center [&>p]:col-span-2' : ''}
    >
      {control}
    </Field>
  );
}

/** A group of settings that can be left alone: folded away until something in it is set. */
function ObjectField({
  name,
  shape,
  path,
  value,
  onChange,
}: ConfigFieldProps & { shape: Extract<FieldShape, { kind: 'object' }> }) {
  const members = membersOf(value);
  const scope = useFormScope();
  return (
    <Disclosure
      label={labelOf(name, shape)}
      open={Object.keys(members).length > 0}
      demanded={faultsAt(scope, path, true).length > 0}
    >
      <div className="ml-1.5 flex flex-col gap-3 border-l border-line pl-3">
        {shape.fields.map((field) => (
          <ConfigField
            key={field.key}
            name={field.key}
            shape={field.shape}
            path={[...path, field.key]}
            value={members[field.key]}
            onChange={onChange}
          />
        ))}
      </div>
    </Disclosure>
  );
}

/** A list as compact rows that can be added, taken away and moved. */
function ListField({
  name,
  shape,
  path,
  value,
  onChange,
}: ConfigFieldProps & { shape: Extract<FieldShape, { kind: 'list' }> }) {
  const scope = useFormScope();
  const items: unknown[] = Array.isArray(value) ? value : [];
  const label = labelOf(name, shape);
  const set = (next: unknown[]) => {
    onChange(
      next.length === 0 && shape.optional && shape.defaultValue === undefined ? undefined : next,
      path,
    );
  };
  const move = (from: number, to: number) => {
    if (to < 0 || to >= items.length || from === to) return;
    const next = items.filter((_item, at) => at !== from);
    next.splice(to, 0, items[from]);
    set(next);
  };
  return (
    <Group label={label} help={shape.meta.help} error={faultWords(faultsAt(scope, path, false))}>
      {items.map((item, index) => (
        <ListRow
          key={index}
          label={`${label} ${index + 1}`}
          index={index}
          list={path.join('.')}
          readOnly={scope.readOnly}
          onMove={move}
          onRemove={() => {
            set(items.filter((_item, at) => at !== index));
          }}
        >
          <ItemFields
            shape={shape.item}
            path={[...path, index]}
            value={item}
            label={label}
            onChange={onChange}
            replace={(next) => {
              set(items.map((old, at) => (at === index ? next : old)));
            }}
          />
        </ListRow>
      ))}
      <AddButton
        label={label}
        disabled={scope.readOnly}
        onClick={() => {
          set([...items, emptyValue(shape.item)]);
        }}
      />
    </Group>
  );
}

interface ItemFieldsProps {
  shape: FieldShape;
  path: FieldPath;
  value: unknown;
  label: string;
  onChange: ConfigFieldProps['onChange'];
  replace: (value: unknown) => void;
}

/** One item of a list: a single value, or an object's fields in as few lines as they fit. */
function ItemFields({ shape, path, value, label, onChange, replace }: ItemFieldsProps) {
  const scope = useFormScope();
  if (shape.kind !== 'object') {
    return (
      <ScalarControl
        compact
        shape={shape}
        path={path}
        value={value}
        label={label}
        onChange={replace}
        aria-invalid={faultsAt(scope, path, true).length > 0 || undefined}
      />
    );
  }
  return <ObjectItem fields={shape.fields} path={path} members={membersOf(value)} onChange={onChange} />;
}

interface ObjectItemProps {
  fields: readonly NamedShape[];
  path: FieldPath;
  members: Record<string, unknown>;
  onChange: ConfigFieldProps['onChange'];
}

function ObjectItem({ fields, path, members, onChange }: ObjectItemProps) {
  const scope = useFormScope();
  const { short, wide, rare } = rowsOf(fields);
  const [more, setMore] = useState(false);
  const hidden = more ? [] : rare.filter((field) => members[field.key] === undefined);
  const control = (field: NamedShape) => (
    <ScalarControl
      compact
      shape={field.shape}
      path={[...path, field.key]}
      value={members[field.key]}
      label={labelOf(field.key, field.shape)}
      onChange={(next) => {
        onChange(next, [...path, field.key]);
      }}
      aria-invalid={faultsAt(scope, [...path, field.key], true).length > 0 || undefined}
    />
  );
  const words = faultWords(faultsAt(scope, path, true));
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <div className="flex min-w-0 gap-1">
        {short.map((field) => (
          <div key={field.key} className={cn('min-w-0', isNarrow(field.shape) ? 'w-22 shrink-0' : 'flex-1')}>
            {control(field)}
          </div>
        ))}
      </div>
      {wide.map((field) => (
        <div key={field.key}>{control(field)}</div>
      ))}
      {rare
        .filter((field) => !hidden.includes(field))
        .map((field) => (
          <ConfigField
            key={field.key}
            name={field.key}
            shape={field.shape}
            path={[...path, field.key]}
            value={members[field.key]}
            onChange={onChange}
          />
        ))}
      {hidden.length > 0 ? (
        <button
          type="button"
          onClick={() => {
            setMore(true);
          }}
          className="self-start text-12 text-ink-3 hover:text-ink-1"
        >
          More: {hidden.map((field) => labelOf(field.key, field.shape).toLowerCase()).join(', ')}
        </button>
      ) : null}
      {words ? <p className="text-12 text-status-failed">{words}</p> : null}
    </div>
  );
}
