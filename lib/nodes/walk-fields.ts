import type { z } from 'zod';
import { fieldRegistry, type FieldMeta } from './fields.ts';

type Path = (string | number)[];

/** A text inside a config, where it is and what its schema says it means. */
export interface TextField {
  path: Path;
  text: string;
  meta: FieldMeta;
}

/** Every text inside a config, in order, whether or not the config is valid yet. */
export function textFields(schema: z.ZodType, config: unknown): TextField[] {
  const found: TextField[] = [];
  mapTexts(schema, config, (field) => {
    found.push(field);
    return field.text;
  });
  return found;
}

/** A copy of the config in which each text is replaced by what `replace` makes of it. */
export function mapTexts(
  schema: z.ZodType,
  config: unknown,
  replace: (field: TextField) => unknown,
): unknown {
  const walk = (part: z.ZodType | undefined, value: unknown, path: Path): unknown => {
    const { core, meta } = unwrap(part, value);
    if (typeof value === 'string') return replace({ path, text: value, meta });
    if (Array.isArray(value)) {
      const element = core?.def.type === 'array' ? ((core as z.ZodArray).element as z.ZodType) : undefined;
      return value.map((item, index) => walk(element, item, [...path, index]));
    }
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [key, walk(memberOf(core, key), item, [...path, key])]),
    );
  };
  return walk(schema, config, []);
}

function memberOf(core: z.ZodType | undefined, key: string): z.ZodType | undefined {
  if (core?.def.type === 'object') return (core as z.ZodObject).shape[key] as z.ZodType | undefined;
  if (core?.def.type === 'record') return (core as z.ZodRecord).valueType as z.ZodType;
  return undefined;
}

/** Looks through optionals, defaults and unions to the schema that describes `value`; the first meaning found on the way holds. */
function unwrap(
  schema: z.ZodType | undefined,
  value: unknown,
): { core: z.ZodType | undefined; meta: FieldMeta } {
  let core = schema;
  let meta: FieldMeta = {};
  while (core) {
    const own = fieldRegistry.get(core);
    if (own && meta.meaning === undefined) meta = { ...own, ...meta };
    const def = core.def as unknown as {
      type: string;
      innerType?: z.ZodType;
      in?: z.ZodType;
      options?: z.ZodType[];
      getter?: () => z.ZodType;
    };
    if (def.innerType) core = def.innerType;
    else if (def.type === 'pipe' && def.in) core = def.in;
    else if (def.type === 'lazy' && def.getter) core = def.getter();
    else if (def.type === 'union' && def.options)
      core = def.options.find((option) => fits(option, value)) ?? def.options[0];
    else break;
  }
  return { core, meta };
}

/** Whether a union's branch is the one that a value was meant for: by its kind, and by its keys where it is an object. */
function fits(option: z.ZodType, value: unknown): boolean {
  const { core } = unwrap(option, value);
  const type = core?.def.type;
  if (Array.isArray(value)) return type === 'array';
  if (value !== null && typeof value === 'object') {
    if (type === 'record') return true;
    if (type !== 'object') return false;
    const shape = (core as z.ZodObject).shape;
    return Object.keys(value).every((key) => key in shape);
  }
  return typeof value === 'string'
    ? type === 'string' || type === 'enum' || type === 'literal'
    : type === typeof value;
}
