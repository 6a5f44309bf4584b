'use client';

import { Input } from '#components/ui/input.tsx';
import { Select } from '#components/ui/select.tsx';
import type { Parameter } from '#lib/document/schema.ts';

export interface ParameterValueProps {
  id?: string;
  label: string;
  parameter: Parameter;
  value: Parameter['default'];
  placeholder: string;
  onBlur?: () => void;
  'aria-invalid'?: boolean | undefined;
  'aria-describedby'?: string | undefined;
  onChange: (value: Parameter['default']) => void;
}

const NONE = ' none';

/** A value of a parameter's type. An empty field is no value. */
export function ParameterValueInput({
  id,
  label,
  parameter,
  value,
  placeholder,
  onChange,
  ...rest
}: ParameterValueProps) {
  if (parameter.type === 'boolean') {
    const options = [
      { value: NONE, label: placeholder },
      { value: 'true', label: 'true' },
      { value: 'false', label: 'false' },
    ];
    return (
      <Select
        {...rest}
        id={id}
        aria-label={label}
        value={value === undefined ? NONE : String(value)}
        options={options}
        onValueChange={(next) => {
          onChange(next === NONE ? undefined : next === 'true');
        }}
      />
    );
  }
  const text = value === undefined ? '' : Array.isArray(value) ? JSON.stringify(value) : String(value);
  const type = parameter.type === 'date' ? 'date' : 'text';
  return (
    <Input
      {...rest}
      id={id}
      aria-label={label}
      type={type}
      className="data-text"
      value={text}
      placeholder={placeholder}
      onChange={(event) => {
        onChange(readValue(parameter.type, event.target.value));
      }}
    />
  );
}

/** What a text means as a value of that type; a text that does not fit stays one, and binding says what is wrong. */
function readValue(type: Parameter['type'], text: string): Parameter['default'] {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  if (
    (type === 'integer' || type === 'number') &&
    /^-?\d+(\.\d+)?$/.test(trimmed) &&
    String(Number(trimmed)) === trimmed
  )
    return Number(trimmed);
  if (type === 'list' && trimmed.startsWith('[')) {
    try {
      const list: unknown = JSON.parse(trimmed);
      if (Array.isArray(list)) return list as (string | number | boolean)[];
    } catch {
      // Not finished yet.
      return text;
    }
  }
  return text;
}
