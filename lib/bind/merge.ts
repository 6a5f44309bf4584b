import { AppError } from '../errors/app-error.ts';
import type { MERGE_RULES } from '../document/schema.ts';
import { column, type Expression } from '../sql/expression.ts';
import type { Relation } from '../sql/relation.ts';
import { findColumn, type Schema } from '../sql/schema.ts';
import { widen } from '../sql/unify.ts';
import type { MergeRule } from './types.ts';

/** One edge's rows on arrival. */
export interface MergeInput {
  /** The source node's name, as people see it. */
  name: string;
  alias: string;
  schema: Schema;
  relation: Relation;
  /** Whether the source promises an order of its rows. */
  ordered: boolean;
  /** Columns, in lower case, without any value: they take the type that the others have. */
  empty?: ReadonlySet<string>;
}

export interface Merged {
  rule: MergeRule;
  sentence: string;
  schema: Schema;
  relation: Relation;
  ordered: boolean;
  /** What a person should know about it. */
  warning: string | null;
}

type Unify = (types: string[]) => Promise<string | null>;

/**
 * Merges what several edges bring to one port. `auto`: equal column names whose types unify without loss are stacked,
 * anything else is placed side by side by row position. Throws a `user` AppError where a rule that was asked for cannot hold.
 */
export async function mergeInputs(
  inputs: readonly MergeInput[],
  wanted: (typeof MERGE_RULES)[number],
  unify: Unify,
): Promise<Merged> {
  const [first] = inputs;
  if (!first)
    return {
      rule: 'none',
      sentence: '',
      schema: [],
      relation: { op: 'values', schema: [], rows: [] },
      ordered: true,
      warning: null,
    };
  if (inputs.length === 1)
    return {
      rule: 'single',
      sentence: '',
      schema: first.schema,
      relation: first.relation,
      ordered: first.ordered,
      warning: null,
    };
  if (wanted === 'join') return sideBySide(inputs, 'as the node asks');
  if (wanted === 'union') return stackWithGaps(inputs, unify);
  const difference = nameDifference(inputs);
  if (difference) return sideBySide(inputs, difference);
  const stacked = await unifiedColumns(inputs, unify);
  if ('clash' in stacked)
    return sideBySide(inputs, `since "${stacked.clash}" is ${stacked.types.join(' in one and ')} in another`);
  return stack(
    inputs,
    stacked.schema,
    `since all have the ${stacked.schema.length === 1 ? 'column' : 'columns'} ${listed(stacked.schema.map(({ name }) => name))}`,
  );
}

/** Why the column names are not the same, or null when they are. */
function nameDifference(inputs: readonly MergeInput[]): string | null {
  const all = [
    ...new Map(
      inputs.flatMap(({ schema }) => schema.map(({ name }) => [name.toLowerCase(), name] as const)),
    ).values(),
  ];
  for (const input of inputs) {
    const lacking = all.find((name) => !findColumn(input.schema, name));
    if (lacking !== undefined) return `since ${input.name} has no column "${lacking}"`;
  }
  return null;
}

async function unifiedColumns(
  inputs: readonly MergeInput[],
  unify: Unify,
): Promise<{ schema: Schema } | { clash: string; types: string[] }> {
  const schema: Schema = [];
  const names = new Map<string, string>();
  for (const { schema: one } of inputs)
    for (const { name } of one) if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  for (const name of names.values()) {
    const having = inputs.filter((input) => findColumn(input.schema, name));
    const filled = having.filter((input) => input.empty?.has(name.toLowerCase()) !== true);
    const telling = filled.length > 0 ? filled : having.slice(0, 1);
    const types = [...new Set(telling.flatMap((input) => findColumn(input.schema, name)?.type ?? []))];
    const type = types.length === 1 ? (types[0] ?? null) : await unify(types);
    if (type === null) return { clash: name, types };
    schema.push({ name, type });
  }
  return { schema };
}

async function stackWithGaps(inputs: readonly MergeInput[], unify: Unify): Promise<Merged> {
  const stacked = await unifiedColumns(inputs, unify);
  if ('clash' in stacked) {
    throw new AppError(
      'types-do-not-unify',
      `The inputs cannot be stacked: "${stacked.clash}" is ${stacked.types.join(' in one and ')} in another`,
      { hint: 'Cast the column in one of them, or choose join.' },
    );
  }
  const gaps = stacked.schema
    .filter(({ name }) => inputs.some(({ schema }) => !findColumn(schema, name)))
    .map(({ name }) => name);
  return stack(
    inputs,
    stacked.schema,
    gaps.length > 0
      ? `as the node asks; ${listed(gaps)} ${gaps.length === 1 ? 'is' : 'are'} empty where an input lacks ${gaps.length === 1 ? 'it' : 'them'}`
      : 'as the node asks',
  );
}

function stack(inputs: readonly MergeInput[], schema: Schema, reason: string): Merged {
  const changes = schema.flatMap(({ name, type }) => {
    const changed = inputs.filter((input) => (findColumn(input.schema, name)?.type ?? type) !== type);
    if (changed.length === 0) return [];
    const isEmpty = changed.every((input) => input.empty?.has(name.toLowerCase()));
    if (!isEmpty) return [`"${name}" is widened to ${type}`];
    const without = changed.map((input) => input.name);
    return [`"${name}" has no value in ${listed(without, false)} and is taken for ${type}`];
  });
  const also = changes.length > 0 ? ` ${changes.join('; ')}.` : '';
  return {
    rule: 'union',
    sentence: `The rows of ${listed(
      inputs.map(({ name }) => name),
      false,
    )} are stacked by column name (union), ${reason}.${also}`,
    schema,
    relation: { op: 'union', distinct: false, inputs: inputs.map((input) => aligned(input, schema)) },
    ordered: false,
    warning: null,
  };
}

/** An input with exactly the columns of `schema`, in that order and type. */
function aligned(input: MergeInput, schema: Schema): Relation {
  const same =
    input.schema.length === schema.length &&
    schema.every(
      ({ name, type }, index) => input.schema[index]?.name === name && input.schema[index].type === type,
    );
  if (same) return input.relation;
  const columns = schema.map(({ name, type }) => {
    const here = findColumn(input.schema, name);
    const value: Expression = here ? column(here.name) : { kind: 'literal', value: null };
    return {
      name,
      expression: here
        ? input.empty?.has(name.toLowerCase())
          ? ({ kind: 'cast', operand: value, type } satisfies Expression)
          : widen(value, here.type, type)
        : ({ kind: 'cast', operand: value, type } satisfies Expression),
    };
  });
  return { op: 'project', input: input.relation, columns };
}

function sideBySide(inputs: readonly MergeInput[], reason: string): Merged {
  const taken = new Set<string>();
  const parts = inputs.map((input) => ({
    relation: input.relation,
    sortFirst: !input.ordered,
    columns: input.schema.map(({ name }) => ({
      from: name,
      as: unused(`${snakeCase(input.name) || snakeCase(input.alias)}_${name}`, taken),
    })),
  }));
  const unordered = inputs.filter((input) => !input.ordered).map(({ name }) => name);
  return {
    rule: 'join',
    sentence: `${listed(
      inputs.map(({ name }) => name),
      false,
    )} are placed side by side by row position (join), ${reason}. Shorter ones are filled up with NULL.`,
    schema: parts.flatMap(({ columns }, index) =>
      columns.map(({ as }, position) => ({
        name: as,
        type: inputs[index]?.schema[position]?.type ?? 'VARCHAR',
      })),
    ),
    relation: { op: 'side-by-side', inputs: parts },
    ordered: true,
    warning:
      unordered.length > 0
        ? `${listed(unordered, false)} ${unordered.length === 1 ? 'promises' : 'promise'} no order of rows, so ${unordered.length === 1 ? 'it is' : 'they are'} sorted by all columns before being placed side by side.`
        : null,
  };
}

/** A name not taken yet, made so with `_2`, `_3`; remembers it. */
export function unused(name: string, taken: Set<string>): string {
  let free = name;
  for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${name}_${number}`;
  taken.add(free.toLowerCase());
  return free;
}

/** `Orders 2024` → `orders_2024`, `byRegion` → `by_region`; letters of any script stay. */
export function snakeCase(name: string): string {
  return name
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, '$1_$2')
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, '_')
    .replace(/^_+|_+$/g, '')
    .toLowerCase();
}

function listed(names: readonly string[], quoted = true): string {
  const shown = names.slice(0, 6).map((name) => (quoted ? `"${name}"` : name));
  if (names.length > 6) shown.push(`${names.length - 6} more`);
  return shown.length > 1 ? `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}` : (shown[0] ?? '');
}
