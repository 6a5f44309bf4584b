'use client';

import { Input, Textarea } from '#components/ui/input.tsx';
import { defaultWords, type FieldShape } from '../field-shape.ts';
import { CodeField } from './code-field.tsx';
import { ColumnPicker } from './column-picker.tsx';
import { columnsFor, faultsAt, type FieldPath, type FormScope } from './form-context.tsx';
import { PathField } from './path-field.tsx';

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

/** A text by what it means: SQL, code, a column, a path, or just words. */
export function TextControl({
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
