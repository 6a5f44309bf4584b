import { parseType } from '#lib/sql/types.ts';
import { asciiLower, isNode, text, type TreeNode } from './tree-node.ts';
import type { Refusal } from './user-text.ts';

/** DuckDB takes a second to read a structure of 300 objects in one another, and ends over one of some thousands. */
const DEEPEST_STRUCTURE = 50;
/** DuckDB goes down one call for each wildcard of a path, and ends over some ten thousands. */
const MOST_WILDCARDS = 100;
/** Names may stand for names that stand for names, each used twice: beyond so many looks a path counts as constant. */
const MOST_LOOKS = 10_000;

const STRUCTURED = new Set(['from_json', 'from_json_strict', 'json_transform', 'json_transform_strict']);
const BY_PATH = new Set([
  '->>',
  'json_array_length',
  'json_exists',
  'json_extract',
  'json_extract_path',
  'json_extract_path_text',
  'json_extract_string',
  'json_keys',
  'json_type',
  'json_value',
]);
const LAMBDA_TAKERS = new Set([
  'apply',
  'array_apply',
  'array_filter',
  'array_reduce',
  'array_transform',
  'filter',
  'list_apply',
  'list_filter',
  'list_reduce',
  'list_transform',
  'reduce',
]);
/** What a path may be put together by, where nothing but constants is in it. */
const JOINING = new Set(['||', 'concat', 'list_value', '+', '-']);
/** They look like columns and are constants. */
const KEYWORDS =
  /^(user|session_user|current_(catalog|date|role|schema|time|timestamp|user)|localtime|localtimestamp)$/;

/** What the structure of a from_json() asks for that must not be; null where it is harmless. */
export function structureRefusal(name: string, args: readonly unknown[]): Refusal | null {
  if (!STRUCTURED.has(name) || args.length < 2) return null;
  const written = constantText(args[1]);
  if (written === null)
    return { code: 'syntax-not-allowed', message: `The second argument of ${name}() must be a plain text` };
  let structure: unknown;
  try {
    structure = JSON.parse(written);
  } catch {
    return {
      code: 'syntax-not-allowed',
      message: `The structure of ${name}() is not valid JSON`,
      hint: `Such as '{"id": "BIGINT", "tags": ["VARCHAR"]}'.`,
    };
  }
  return structurePart(structure, DEEPEST_STRUCTURE);
}

function structurePart(part: unknown, deepest: number): Refusal | null {
  if (deepest === 0)
    return {
      code: 'nested-too-deep',
      message: `The structure is nested more than ${DEEPEST_STRUCTURE} deep`,
    };
  if (typeof part === 'string') return typeRefusal(part);
  if (typeof part !== 'object' || part === null)
    return {
      code: 'syntax-not-allowed',
      message: 'A structure is made of names of types, lists and objects',
      hint: `Such as '{"id": "BIGINT", "tags": ["VARCHAR"]}'.`,
    };
  for (const inner of Object.values(part)) {
    const refusal = structurePart(inner, deepest - 1);
    if (refusal) return refusal;
  }
  return null;
}

function typeRefusal(type: string): Refusal | null {
  if (asciiLower(type) === 'null' || parseType(type) !== null) return null;
  if (/variant/i.test(type))
    return { code: 'type-not-allowed', message: 'The type VARIANT cannot be used here', hint: 'Use JSON.' };
  return {
    code: 'unknown-type',
    message: `There is no type "${type}"`,
    hint: 'Such as VARCHAR, BIGINT, DOUBLE, DECIMAL(18,2), BOOLEAN, DATE, TIMESTAMP.',
  };
}

/**
 * Finds paths into JSON that DuckDB would go down too deep. Wildcards count only in a path that is constant while a
 * statement is bound: in any other DuckDB refuses them itself.
 */
export class JsonPaths {
  /** What stands for a name given in a SELECT: DuckDB puts it in the name's place before it binds. */
  readonly #named = new Map<string, TreeNode[]>();
  readonly #lambdas = new Set<unknown>();
  #looks = 0;

  constructor(tree: TreeNode) {
    this.#collect(tree);
  }

  /** For a call, with its arguments, or for an arrow. */
  refusal(node: TreeNode, args: readonly unknown[]): Refusal | null {
    const name = asciiLower(text(node['function_name']));
    const isArrow = node['class'] === 'LAMBDA';
    if (LAMBDA_TAKERS.has(name)) for (const taken of args.slice(1)) this.#lambdas.add(taken);
    // Both are written a -> b; only who takes it tells them apart.
    if (isArrow ? this.#lambdas.has(node) : !BY_PATH.has(name)) return null;
    const paths = isArrow ? [node['expr']] : args.slice(1);
    if (paths.every((path) => this.#changes(path) || isShort(path))) return null;
    return {
      code: 'path-not-allowed',
      message: `This path into JSON must be plain, with at most ${MOST_WILDCARDS} wildcards`,
      hint: 'A path that is computed, or a parameter, can stand here as (SELECT …), without wildcards.',
    };
  }

  #collect(value: unknown): void {
    if (Array.isArray(value)) {
      for (const item of value) this.#collect(item);
      return;
    }
    if (!isNode(value)) return;
    const alias = asciiLower(text(value['alias']));
    if (alias !== '' && typeof value['class'] === 'string')
      this.#named.set(alias, [...(this.#named.get(alias) ?? []), value]);
    for (const child of Object.values(value)) this.#collect(child);
  }

  /** True where an expression is known only row by row, or once the statement runs. */
  #changes(value: unknown, seen: ReadonlySet<string> = new Set()): boolean {
    if (Array.isArray(value)) return value.some((item) => this.#changes(item, seen));
    if (!isNode(value) || (this.#looks += 1) > MOST_LOOKS) return false;
    if (value['class'] === 'SUBQUERY') return true;
    if (value['class'] !== 'COLUMN_REF')
      return Object.values(value).some((child) => this.#changes(child, seen));
    const names = Array.isArray(value['column_names']) ? value['column_names'] : [];
    const name = asciiLower(text(names.at(-1)));
    // A name within what it stands for is a column.
    if (seen.has(name)) return true;
    if (names.length === 1 && KEYWORDS.test(name)) return false;
    const inside = new Set([...seen, name]);
    return (this.#named.get(name) ?? []).every((one) => this.#changes(one, inside));
  }
}

/** True for a constant of few wildcards, written out or put together from such parts. */
function isShort(path: unknown): boolean {
  const count = wildcards(path);
  return count !== null && count <= MOST_WILDCARDS;
}

/** Null where the parts are not there to be read. */
function wildcards(path: unknown): number | null {
  if (!isNode(path)) return null;
  if (path['class'] === 'CONSTANT') {
    const value = isNode(path['value']) ? path['value']['value'] : null;
    return typeof value === 'string' ? value.split('*').length - 1 : 0;
  }
  if (path['class'] === 'CAST') return wildcards(path['child']);
  if (path['class'] !== 'FUNCTION' || !JOINING.has(text(path['function_name']).toLowerCase())) return null;
  const parts = Array.isArray(path['children']) ? path['children'].map(wildcards) : [];
  return parts.reduce<number | null>((sum, one) => (sum === null || one === null ? null : sum + one), 0);
}

/** The text of a constant that is one; null for anything else. */
export function constantText(node: unknown): string | null {
  if (!isNode(node) || node['class'] !== 'CONSTANT' || !isNode(node['value'])) return null;
  const value = node['value']['value'];
  return typeof value === 'string' ? value : null;
}
