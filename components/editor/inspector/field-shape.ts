import type { z } from 'zod';
import { fieldRegistry, type FieldMeta } from '#lib/nodes/fields.ts';

interface Common {
  meta: FieldMeta;
  /** May be left out of the config. */
  optional: boolean;
  /** What holds while it is left out; undefined where that is up to the node. */
  defaultValue: unknown;
}

export interface NamedShape {
  key: string;
  shape: FieldShape;
}

/** What a form needs to know of a config's schema: read from zod, so that no second description can drift. */
export type FieldShape = Common &
  (
    | { kind: 'text' }
    | { kind: 'number'; integer: boolean }
    | { kind: 'boolean' }
    | { kind: 'choice'; options: string[] }
    | { kind: 'object'; fields: NamedShape[] }
    | { kind: 'list'; item: FieldShape }
    | { kind: 'record'; value: FieldShape }
    /** Nothing that a form could show field by field; edited as JSON. */
    | { kind: 'other' }
  );

/** The subset of a zod definition that is read here. */
interface Def {
  type: string;
  innerType?: z.ZodType;
  in?: z.ZodType;
  options?: z.ZodType[];
  getter?: () => z.ZodType;
  defaultValue?: unknown;
  entries?: Record<string, string | number>;
  values?: unknown[];
  element?: z.ZodType;
  shape?: Record<string, z.ZodType>;
  valueType?: z.ZodType;
  checks?: { _zod: { def: { format?: string } } }[];
  format?: string;
}

const defOf = (schema: z.ZodType): Def => schema.def as unknown as Def;

/** Reads a schema, looking through what wraps it. Recursive schemas end as `other` after this many levels. */
const DEEPEST = 8;

export function fieldShape(schema: z.ZodType, depth = 0): FieldShape {
  let core = schema;
  const common: Common = { meta: {}, optional: false, defaultValue: undefined };
  for (;;) {
    common.meta = { ...fieldRegistry.get(core), ...common.meta };
    const def = defOf(core);
    if (def.type === 'optional' || def.type === 'default' || def.type === 'prefault') common.optional = true;
    if (def.type === 'default' || def.type === 'prefault') common.defaultValue = def.defaultValue;
    const inner =
      def.innerType ??
      (def.type === 'pipe' ? def.in : undefined) ??
      (def.type === 'lazy' ? def.getter?.() : undefined);
    if (!inner) return { ...common, ...coreShape(def, depth) };
    core = inner;
  }
}

type CoreShape = FieldShape extends infer S ? (S extends FieldShape ? Omit<S, keyof Common> : never) : never;

function coreShape(def: Def, depth: number): CoreShape {
  if (depth > DEEPEST) return { kind: 'other' };
  const next = depth + 1;
  switch (def.type) {
    case 'string':
      return { kind: 'text' };
    case 'number':
      return {
        kind: 'number',
        integer:
          def.format === 'safeint' || (def.checks ?? []).some((check) => check._zod.def.format === 'safeint'),
      };
    case 'boolean':
      return { kind: 'boolean' };
    case 'enum':
      return { kind: 'choice', options: Object.values(def.entries ?? {}).map(String) };
    case 'literal':
      return { kind: 'choice', options: (def.values ?? []).map(String) };
    case 'object':
      return {
        kind: 'object',
        fields: Object.entries(def.shape ?? {}).map(([key, member]) => ({
          key,
          shape: fieldShape(member, next),
        })),
      };
    case 'array':
      return def.element ? { kind: 'list', item: fieldShape(def.element, next) } : { kind: 'other' };
    case 'record':
      return def.valueType ? { kind: 'record', value: fieldShape(def.valueType, next) } : { kind: 'other' };
    case 'union':
      return unionShape(def.options ?? [], next);
    default:
      return { kind: 'other' };
  }
}

/** A union of plain values is edited as text (`a number, or ${parameter}`); any other is shown as its first branch. */
function unionShape(options: readonly z.ZodType[], depth: number): CoreShape {
  const shapes = options.map((option) => fieldShape(option, depth));
  if (shapes.length > 0 && shapes.every((shape) => shape.kind === 'choice')) {
    return { kind: 'choice', options: shapes.flatMap((shape) => shape.options) };
  }
  const scalars = shapes.every((shape) => ['text', 'number', 'boolean', 'choice'].includes(shape.kind));
  if (scalars) return { kind: 'other' };
  return shapes[0] ?? { kind: 'other' };
}

/** The words of a field: its own label, else its key in words (`keepEmpty` → `Keep empty`). */
export function labelOf(key: string, shape: FieldShape): string {
  if (shape.meta.label) return shape.meta.label;
  const words = key
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[_-]/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A value to begin a new list item or object with: what must be there, empty. */
export function emptyValue(shape: FieldShape): unknown {
  if (shape.defaultValue !== undefined) return shape.defaultValue;
  switch (shape.kind) {
    case 'text':
    case 'other':
      return '';
    case 'number':
      return 0;
    case 'boolean':
      return false;
    case 'choice':
      return shape.options[0] ?? '';
    case 'list':
      return [];
    case 'record':
      return {};
    case 'object':
      return Object.fromEntries(
        shape.fields
          .filter((field) => !field.shape.optional)
          .map((field) => [field.key, emptyValue(field.shape)]),
      );
  }
}

/** What holds while nothing is given, as a placeholder. */
export const defaultWords = (shape: FieldShape): string =>
  typeof shape.defaultValue === 'string' || typeof shape.defaultValue === 'number'
    ? String(shape.defaultValue)
    : '';
