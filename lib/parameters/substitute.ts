import type { z } from 'zod';
import { AppError, type Fault, toFault } from '../errors/app-error.ts';
import { mapTexts, type TextField } from '../nodes/walk-fields.ts';
import { nearestName } from '../sql/near-name.ts';
import type { ParameterValue } from './values.ts';

/** `${name}`, or `$${` which stands for a literal `${`. */
const REFERENCE = /\$\$\{|\$\{([^}]*)\}/g;

/** The parameters that a text names, in order of appearance. */
export function parametersIn(text: string): string[] {
  return [...text.matchAll(REFERENCE)].flatMap((match) => (match[1] === undefined ? [] : [match[1].trim()]));
}

export interface Substituted {
  config: unknown;
  /** Parameters that the config uses anywhere, SQL included. */
  used: Set<string>;
  faults: Fault[];
}

/**
 * Puts parameters into a config by what each text means: a plain text that is exactly `${p}` takes the typed value,
 * paths and URLs take it as text after a check, SQL keeps it for binding, code and content are never touched.
 * Paths of the faults are relative to the config.
 */
export function substituteParameters(
  schema: z.ZodType,
  config: unknown,
  values: Record<string, ParameterValue>,
): Substituted {
  const used = new Set<string>();
  const faults: Fault[] = [];
  const replaced = mapTexts(schema, config, (field) => {
    try {
      return replaceIn(field, values, used);
    } catch (error) {
      faults.push(toFault(error, { path: field.path }));
      return field.text;
    }
  });
  return { config: replaced, used, faults };
}

function replaceIn(
  { text, meta }: TextField,
  values: Record<string, ParameterValue>,
  used: Set<string>,
): unknown {
  switch (meta.meaning) {
    case 'code':
    case 'content':
      return text;
    case 'expression':
    case 'query':
      for (const name of parametersIn(text)) used.add(name);
      return text;
    case 'path':
    case 'url':
      return text.replace(REFERENCE, (whole, name: string | undefined) =>
        name === undefined
          ? '${'
          : pathPart(name.trim(), valueOf(name.trim(), values, used), meta.meaning === 'url'),
      );
    case 'column':
    case 'columns':
    case 'new-column':
    case undefined: {
      const exact = /^\$\{([^}]*)\}$/.exec(text);
      if (exact?.[1] !== undefined) return valueOf(exact[1].trim(), values, used);
      if (parametersIn(text).length > 0) {
        throw new AppError(
          'parameter-in-text',
          `A parameter must be the whole value here, not a part of ${JSON.stringify(text)}`,
          { hint: 'Write ${name} alone, or $${ for a literal ${.' },
        );
      }
      return text.replaceAll('$${', '${');
    }
  }
}

function valueOf(name: string, values: Record<string, ParameterValue>, used: Set<string>): ParameterValue {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  used.add(name);
  if (value !== undefined) return value;
  const near = nearestName(name, Object.keys(values));
  throw new AppError('unknown-parameter', `There is no parameter "${name}"`, {
    hint: near ? `Did you mean "${near}"?` : 'Declare it under parameters, or write $${ for a literal ${.',
  });
}

function pathPart(name: string, value: ParameterValue, url: boolean): string {
  if (Array.isArray(value))
    throw new AppError('parameter-in-path', `The parameter "${name}" is a list and cannot be part of a path`);
  const text = String(value);
  if (url) return encodeURIComponent(text);
  if (/(^|[\\/])\.\.([\\/]|$)/.test(text) || /^([\\/]|[A-Za-z]:)/.test(text) || /[\0*?[\]{}]/.test(text)) {
    throw new AppError(
      'parameter-leaves-folder',
      `The parameter "${name}" may not lead out of its folder or be a pattern: ${JSON.stringify(text)}`,
      { hint: 'Use a plain file or folder name.' },
    );
  }
  return text;
}
