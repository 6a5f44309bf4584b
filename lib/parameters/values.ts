import type { Parameter, ParameterType } from '../document/schema.ts';
import { AppError, toFault, type Fault } from '../errors/app-error.ts';
import { nearestName } from '../sql/near-name.ts';

/** A parameter's value after typing: what is bound, never text in SQL. */
export type ParameterValue = string | number | boolean | ParameterValue[];

/** The DuckDB type in which a parameter is bound. */
export function parameterSqlType(parameter: Parameter): string {
  return parameter.type === 'list'
    ? `${scalarSqlType(parameter.items ?? 'string')}[]`
    : scalarSqlType(parameter.type);
}

function scalarSqlType(type: ParameterType): string {
  switch (type) {
    case 'string':
      return 'VARCHAR';
    case 'integer':
      return 'BIGINT';
    case 'number':
      return 'DOUBLE';
    case 'boolean':
      return 'BOOLEAN';
    case 'date':
      return 'DATE';
    case 'timestamp':
      return 'TIMESTAMP';
  }
}

/**
 * Types the given values (texts from a command line, JSON from an API) by their declarations and fills in defaults.
 * What is missing, unknown or of the wrong type is a fault; the values that are right come back all the same.
 */
export function resolveParameters(
  declared: Record<string, Parameter>,
  given: Record<string, unknown>,
): { values: Record<string, ParameterValue>; faults: Fault[] } {
  // Without a prototype: what is asked for under `constructor` is a parameter or nothing.
  const values = { __proto__: null } as unknown as Record<string, ParameterValue>;
  const faults: Fault[] = [];
  for (const name of Object.keys(given)) {
    if (Object.hasOwn(declared, name)) continue;
    const near = nearestName(name, Object.keys(declared));
    faults.push({
      code: 'unknown-parameter',
      severity: 'error',
      message: `The pipeline has no parameter "${name}"`,
      hint: near ? `Did you mean "${near}"?` : `It has: ${Object.keys(declared).join(', ') || 'none'}.`,
    });
  }
  for (const [name, parameter] of Object.entries(declared)) {
    const value = Object.hasOwn(given, name) ? given[name] : parameter.default;
    const path = Object.hasOwn(given, name) ? undefined : ['parameters', name, 'default'];
    try {
      if (value === undefined)
        throw new AppError('missing-parameter', `The parameter "${name}" has no value`, {
          hint: 'Give one for this run, or a default in the document.',
          place: { path: ['parameters', name] },
        });
      values[name] = typedValue(name, parameter, value);
    } catch (error) {
      faults.push(toFault(error, path ? { path } : undefined));
    }
  }
  return { values, faults };
}

/** Types one value. Throws a `user` AppError that says what the type accepts. */
function typedValue(name: string, parameter: Parameter, value: unknown): ParameterValue {
  if (parameter.type !== 'list') return typedScalar(name, parameter.type, value);
  const items = typeof value === 'string' ? parseList(name, value) : value;
  if (!Array.isArray(items)) throw wrong(name, value, 'a list, on the command line as JSON: ["a", "b"]');
  return items.map((item) => typedScalar(name, parameter.items ?? 'string', item));
}

function parseList(name: string, text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw wrong(name, text, 'a list as JSON: ["a", "b"]');
  }
}

function typedScalar(name: string, type: ParameterType, value: unknown): ParameterValue {
  switch (type) {
    case 'string':
      if (typeof value === 'string') return value;
      if (typeof value === 'number' || typeof value === 'boolean') return String(value);
      throw wrong(name, value, 'a text');
    case 'integer': {
      const number = typeof value === 'string' && /^\s*[+-]?\d+\s*$/.test(value) ? Number(value) : value;
      if (typeof number === 'number' && Number.isSafeInteger(number)) return number;
      throw wrong(
        name,
        value,
        Number.isInteger(number) ? 'between -9007199254740991 and 9007199254740991' : 'a whole number',
      );
    }
    case 'number': {
      const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
      if (typeof number === 'number' && Number.isFinite(number)) return number;
      throw wrong(name, value, 'a number');
    }
    case 'boolean':
      if (value === true || value === 'true') return true;
      if (value === false || value === 'false') return false;
      throw wrong(name, value, 'true or false');
    case 'date':
      if (typeof value === 'string' && isDate(value)) return value;
      throw wrong(name, value, 'a date such as 2024-01-31');
    case 'timestamp':
      if (typeof value === 'string' && isTimestamp(value)) return value.replace('T', ' ').replace(/Z$/, '');
      throw wrong(name, value, 'a timestamp such as 2024-01-31T08:30:00');
  }
}

function isDate(text: string): boolean {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!match) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

function isTimestamp(text: string): boolean {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(\.\d{1,6})?)?Z?)?$/.exec(text);
  if (!match?.[1] || !isDate(match[1])) return false;
  return Number(match[2] ?? 0) < 24 && Number(match[3] ?? 0) < 60 && Number(match[4] ?? 0) < 60;
}

function wrong(name: string, value: unknown, expected: string): AppError {
  return new AppError(
    'wrong-parameter-type',
    `The parameter "${name}" must be ${expected}; it is ${JSON.stringify(value)}`,
    { hint: 'Write such a value, or declare the parameter with another type.' },
  );
}
