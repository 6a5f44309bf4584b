'use client';

import { Input } from '#components/ui/input.tsx';
import { Select } from '#components/ui/select.tsx';
import { Switch } from '#components/ui/switch.tsx';
import { defaultWords, type FieldShape } from '../field-shape.ts';
import { ColumnList } from './column-picker.tsx';
import { columnsFor, useFormScope, type FieldPath } from './form-context.tsx';
import { JsonControl } from './json-control.tsx';
import { TextControl } from './text-control.tsx';

/** Stands for “left to the node” in a choice; a menu's values must not be empty. */
const AUTOMATIC = ' automatic';

export interface ControlProps {
  shape: FieldShape;
  path: FieldPath;
  value: unknown;
  onChange: (value: unknown) => void;
  label: string;
  /** In a row of a list there is no room for a label: it becomes the placeholder. */
  compact?: boolean;
  id?: string | undefined;
  'aria-invalid'?: boolean | undefined;
  'aria-describedby'?: string | undefined;
}

/** The control for one value, by what the value is and means. */
export function ScalarControl({ shape, path, value, onChange, label, compact, ...aria }: ControlProps) {
  const scope = useFormScope();
  const labelled = { ...aria, ...(compact ? { 'aria-label': label } : {}) };
  const text = textOf(value);
  const placeholder = shape.meta.placeholder ?? (compact ? label : '');
  const setText = (next: string) => {
    onChange(next === '' && shape.optional ? undefined : next);
  };
  if (shape.meta.meaning === 'columns') {
    return (
      <ColumnList
        {...labelled}
        value={Array.isArray(value) ? value.map(String) : []}
        onChange={(next) => {
          onChange(next.length === 0 && shape.optional ? undefined : next);
        }}
        columns={columnsFor(scope, shape.meta.port)}
        disabled={scope.readOnly}
      />
    );
  }
  switch (shape.kind) {
    case 'boolean':
      return shape.optional && shape.defaultValue === undefined ? (
        <Select
          {...labelled}
          value={typeof value === 'boolean' ? String(value) : AUTOMATIC}
          onValueChange={(next) => {
            onChange(next === AUTOMATIC ? undefined : next === 'true');
          }}
          options={YES_NO}
          disabled={scope.readOnly}
        />
      ) : (
        <Switch
          {...labelled}
          checked={value === undefined ? shape.defaultValue === true : value === true}
          onCheckedChange={onChange}
          disabled={scope.readOnly}
        />
      );
    case 'choice':
      return (
        <ChoiceControl
          shape={shape}
          value={text}
          onChange={onChange}
          placeholder={label}
          disabled={scope.readOnly}
          {...labelled}
        />
      );
    case 'number':
      return (
        <Input
          {...labelled}
          inputMode={shape.integer ? 'numeric' : 'decimal'}
          className="tnum"
          value={text}
          placeholder={placeholder || defaultWords(shape)}
          onChange={(event) => {
            onChange(toNumber(event.target.value, shape.optional));
          }}
          disabled={scope.readOnly}
        />
      );
    case 'text':
      return (
        <TextControl
          scope={scope}
          shape={shape}
          path={path}
          text={text}
          setText={setText}
          label={label}
          placeholder={placeholder}
          compact={compact ?? false}
          aria={labelled}
        />
      );
    default:
      return <JsonControl value={value} onChange={onChange} label={label} disabled={scope.readOnly} />;
  }
}

/** A value as the text of its field. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

const YES_NO = [
  { value: AUTOMATIC, label: 'Automatic' },
  { value: 'true', label: 'Yes' },
  { value: 'false', label: 'No' },
];

function ChoiceControl({
  shape,
  value,
  onChange,
  ...rest
}: {
  shape: Extract<FieldShape, { kind: 'choice' }>;
  value: string;
  onChange: (value: unknown) => void;
  placeholder: string;
  disabled: boolean;
}) {
  const automatic =
    shape.optional && shape.defaultValue === undefined ? [{ value: AUTOMATIC, label: 'Automatic' }] : [];
  const shown =
    value ||
    (typeof shape.defaultValue === 'string' ? shape.defaultValue : automatic.length > 0 ? AUTOMATIC : '');
  const options = [
    ...automatic,
    ...shape.options.map((option) => ({ value: option, label: wordsOf(option) })),
  ];
  return (
    <Select
      {...rest}
      value={shown}
      onValueChange={(next) => {
        onChange(next === AUTOMATIC ? undefined : next);
      }}
      options={options}
    />
  );
}

/** `count_distinct` → `count distinct`: the words of a choice are those of the document, only easier to read. */
const wordsOf = (option: string) => option.replaceAll('_', ' ');

/** A number while it is one; what is typed on the way to one, or `${parameter}`, stays as it is and is checked by binding. */
function toNumber(text: string, optional: boolean): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return optional ? undefined : '';
  return /^-?\d+(\.\d+)?$/.test(trimmed) && String(Number(trimmed)) === trimmed ? Number(trimmed) : text;
}
