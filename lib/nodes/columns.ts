import { AppError } from '../errors/app-error.ts';
import { column } from '../sql/expression.ts';
import { nearestName } from '../sql/near-name.ts';
import type { Projection } from '../sql/relation.ts';
import { type Column, findColumn, type Schema } from '../sql/schema.ts';
import { familyOf, parseType, printType } from '../sql/types.ts';
import type { CompileInput } from './define.ts';

/** A place inside a node's config. */
export type ConfigPath = (string | number)[];

/** The port's columns. A port that must be connected and is not is the binder's finding, so its absence here is our bug. */
export function requireInput(inputs: Record<string, CompileInput | undefined>, port: string): CompileInput {
  const input = inputs[port];
  if (!input) throw new AppError('input-missing', `The port "${port}" has no input`, { kind: 'bug' });
  return input;
}

/** The column of that name without regard to case, or a fault at its place in the config that names a near one. */
export function requireColumn(schema: Schema, name: string, path: ConfigPath): Column {
  const found = findColumn(schema, name);
  if (found) return found;
  const names = schema.map((one) => one.name);
  const near = nearestName(name, names);
  const shown = names
    .slice(0, 12)
    .map((one) => `"${one}"`)
    .join(', ');
  throw new AppError('column-not-found', `There is no column "${name}"`, {
    hint: near
      ? `Did you mean "${near}"?`
      : names.length > 0
        ? `The columns are ${shown}${names.length > 12 ? ' …' : ''}.`
        : 'The input has no columns.',
    place: { path },
  });
}

/** Refuses a name that another output column already has. */
export function addName(taken: Set<string>, name: string, path: ConfigPath): void {
  const key = name.toLowerCase();
  if (taken.has(key)) {
    throw new AppError('duplicate-column', `Two columns would be called "${name}"`, {
      hint: 'Give one of them another name; upper and lower case do not count.',
      place: { path },
    });
  }
  taken.add(key);
}

/** The first of `name`, `name_2`, `name_3` … that is not taken; remembers it. */
export function freeName(taken: Set<string>, name: string): string {
  let free = name;
  for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${name}_${number}`;
  taken.add(free.toLowerCase());
  return free;
}

/**
 * The schema's columns with new ones written over it: a column that is written anew keeps its place and spelling, the
 * others follow in their own order.
 */
export function writeOver(schema: Schema, written: readonly Projection[]): Projection[] {
  const rest = new Map(written.map((projection) => [projection.name.toLowerCase(), projection]));
  const kept = schema.map(({ name }) => {
    const replacement = rest.get(name.toLowerCase());
    rest.delete(name.toLowerCase());
    return { name, expression: replacement?.expression ?? column(name) };
  });
  return [...kept, ...rest.values()];
}

export function namesOf(schema: Schema): Set<string> {
  return new Set(schema.map(({ name }) => name.toLowerCase()));
}

/** Refuses a column whose values are not numbers. */
export function requireNumber(input: Column, what: string, path: ConfigPath): void {
  if (familyOf(input.type) === 'number') return;
  throw new AppError('column-type', `${what} needs numbers, and "${input.name}" is ${input.type}`, {
    hint: 'Cast the column in a select node before.',
    place: { path },
  });
}

/** A type that a person wrote, as DuckDB writes it. */
export function requireType(text: string, path: ConfigPath): string {
  const type = parseType(text);
  if (type) return printType(type);
  throw new AppError('unknown-type', `There is no type "${text}"`, {
    hint: 'Such as VARCHAR, BIGINT, DOUBLE, DECIMAL(18,2), BOOLEAN, DATE, TIMESTAMP.',
    place: { path },
  });
}
