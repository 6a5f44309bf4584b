'use client';

import { useState } from 'react';
import { Input, Textarea } from '#components/ui/input.tsx';
import { Select } from '#components/ui/select.tsx';
import { Switch } from '#components/ui/switch.tsx';
import { cn } from '#components/ui/cn.ts';
import type { FieldShape } from '../field-shape.ts';
import { CodeField } from './code-field.tsx';
import { ColumnList, ColumnPicker } from './column-picker.tsx';
import { columnsFor, faultsAt, useFormScope, type FieldPath, type FormScope } from './form-context.tsx';
import { PathField } from './path-field.tsx';

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

interface TextControlProps {
  scope: FormScope;
  shape: FieldShape;
  path: FieldPath;
  text: string;
  setText: (text: string) => void;
  label: string;
  placeholder: string;
  compact: boolean;
  aria: Record<string, string | boolean | undefined>;
}

function TextControl({
  scope,
  shape,
  path,
  text,
  setText,
  label,
  placeholder,
  compact,
  aria,
}: TextControlProps) {
  const common = { ...aria, disabled: scope.readOnly };
  switch (shape.meta.meaning) {
    case 'expression':
    case 'query':
    case 'code': {
      const sql = shape.meta.meaning !== 'code';
      const faults = faultsAt(scope, path, true).map(({ place, severity, message }) => ({
        offset: place?.offset,
        severity,
        message,
      }));
      return (
        <CodeField
          {...aria}
          value={text}
          onChange={setText}
          names={sql ? scope.names : null}
          faults={faults}
          label={label}
          placeholder={placeholder}
          minLines={shape.meta.meaning === 'expression' ? (compact ? 1 : 2) : 8}
          readOnly={scope.readOnly}
        />
      );
    }
    case 'column':
      return (
        <ColumnPicker
          {...common}
          value={text}
          onChange={setText}
          columns={columnsFor(scope, shape.meta.port)}
          placeholder={placeholder || 'Column'}
          plain={compact}
        />
      );
    case 'path':
      return scope.writes ? (
        <Input
          {...common}
          value={text}
          placeholder={placeholder}
          onChange={(event) => {
            setText(event.target.value);
          }}
        />
      ) : (
        <PathField {...common} value={text} onChange={setText} placeholder={placeholder} />
      );
    case 'content':
      return (
        <Textarea
          {...common}
          rows={10}
          className="data-text whitespace-pre"
          spellCheck={false}
          value={text}
          placeholder={placeholder}
          onChange={(event) => {
            setText(event.target.value);
          }}
        />
      );
    case 'url':
    case 'new-column':
    case 'columns':
    case undefined:
      return (
        <Input
          {...common}
          value={text}
          placeholder={placeholder || defaultWords(shape)}
          onChange={(event) => {
            setText(event.target.value);
          }}
        />
      );
  }
}

const defaultWords = (shape: FieldShape) =>
  typeof shape.defaultValue === 'string' || typeof shape.defaultValue === 'number'
    ? String(shape.defaultValue)
    : '';

/** A number while it is one; what is typed on the way to one, or `${parameter}`, stays as it is and is checked by binding. */
function toNumber(text: string, optional: boolean): unknown {
  const trimmed = text.trim();
  if (trimmed === '') return optional ? undefined : '';
  return /^-?\d+(\.\d+)?$/.test(trimmed) && String(Number(trimmed)) === trimmed ? Number(trimmed) : text;
}

/** A value of no simple kind, as JSON; it takes hold when it can be read. */
function JsonControl({
  value,
  onChange,
  label,
  disabled,
}: {
  value: unknown;
  onChange: (value: unknown) => void;
  label: string;
  disabled: boolean;
}) {
  const [draft, setDraft] = useState<string | null>(null);
  const shown =
    draft ?? (value === undefined ? '' : typeof value === 'string' ? value : JSON.stringify(value));
  return (
    <Input
      aria-label={label}
      value={shown}
      disabled={disabled}
      className={cn(draft !== null && 'border-status-stale')}
      onChange={(event) => {
        setDraft(event.target.value);
      }}
      onBlur={() => {
        if (draft !== null) onChange(readJson(draft));
        setDraft(null);
      }}
    />
  );
}

function readJson(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // A text that is no JSON is meant as a text.
    return text;
  }
}
