'use client';

import { Field } from '#components/ui/field.tsx';
import { Input } from '#components/ui/input.tsx';
import { Select } from '#components/ui/select.tsx';
import { parameterSchema, type Parameter } from '#lib/document/schema.ts';

export interface ParameterFieldsProps {
  /** The document whose parameters are asked for. */
  document: Record<string, unknown>;
  values: Readonly<Record<string, unknown>>;
  onChange: (values: Record<string, unknown>) => void;
}

/** A field per parameter of a pipeline; what is left empty keeps its default. */
export function ParameterFields({ document, values, onChange }: ParameterFieldsProps) {
  const parameters = parametersOf(document);
  if (parameters.length === 0) return null;
  const change = (name: string, value: unknown) => {
    const { [name]: _, ...rest } = values;
    onChange(value === undefined ? rest : { ...rest, [name]: value });
  };
  return (
    <fieldset className="flex flex-col gap-3">
      <legend className="mb-2 text-12 font-medium text-ink-2">Parameters</legend>
      {parameters.map(([name, parameter]) => (
        <Field
          key={name}
          label={<code>{name}</code>}
          aside={<span className="text-12 text-ink-3">{parameter.type}</span>}
          hint={parameter.description}
        >
          <ParameterInput
            parameter={parameter}
            value={values[name]}
            onChange={(value) => {
              change(name, value);
            }}
          />
        </Field>
      ))}
    </fieldset>
  );
}

function parametersOf(document: Record<string, unknown>): [string, Parameter][] {
  const { parameters } = document;
  if (typeof parameters !== 'object' || parameters === null) return [];
  return Object.entries(parameters).flatMap(([name, value]) => {
    const parameter = parameterSchema.safeParse(value);
    return parameter.success ? [[name, parameter.data] as [string, Parameter]] : [];
  });
}

const DEFAULT = 'default';

interface ParameterInputProps {
  parameter: Parameter;
  value: unknown;
  onChange: (value: unknown) => void;
}

function ParameterInput({ parameter, value, onChange, ...field }: ParameterInputProps) {
  const fallback = parameter.default === undefined ? 'required' : `default: ${textOf(parameter.default)}`;
  if (parameter.type === 'boolean') {
    return (
      <Select
        {...field}
        value={typeof value === 'boolean' ? String(value) : DEFAULT}
        onValueChange={(next) => {
          onChange(next === DEFAULT ? undefined : next === 'true');
        }}
        options={[
          { value: DEFAULT, label: fallback },
          { value: 'true', label: 'true' },
          { value: 'false', label: 'false' },
        ]}
      />
    );
  }
  const numeric = parameter.type === 'integer' || parameter.type === 'number';
  return (
    <Input
      {...field}
      type={numeric ? 'number' : parameter.type === 'date' ? 'date' : 'text'}
      step={parameter.type === 'number' ? 'any' : undefined}
      placeholder={fallback}
      value={value === undefined ? '' : textOf(value)}
      onChange={(event) => {
        onChange(valueOf(event.target.value, parameter));
      }}
    />
  );
}

const textOf = (value: unknown): string =>
  Array.isArray(value) ? value.map(String).join(', ') : String(value);

/** The typed value of a text; empty means the default. Numbers that aren't stay text, and the server names them. */
function valueOf(text: string, parameter: Parameter): unknown {
  if (text === '') return undefined;
  if (parameter.type === 'list')
    return text.split(',').map((part) => scalarOf(part.trim(), parameter.items ?? 'string'));
  return scalarOf(text, parameter.type);
}

function scalarOf(text: string, type: Parameter['type']): unknown {
  if (type !== 'integer' && type !== 'number') return text;
  const number = Number(text);
  return Number.isFinite(number) ? number : text;
}
