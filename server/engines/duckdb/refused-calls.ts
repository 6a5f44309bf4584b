import { valueFunctions, volatileFunctions } from './functions.ts';
import { constantText, structureRefusal, type JsonPaths } from './json-calls.ts';
import { asciiLower, isNode, text, type TreeNode } from './tree-node.ts';
import type { Refusal } from './user-text.ts';
import { givesHugeValue } from './value-size.ts';

/** Functions whose second argument names a function. */
const CALLING = new Set(['list_aggregate', 'list_aggr', 'aggregate', 'array_aggregate', 'array_aggr']);

/** DuckDB looks into these for a function; any other name before it is a column, as in `doc.json_keys()`. */
const SCHEMAS = new Set(['main', 'system', 'temp', 'memory']);

/** The arguments of a call, with the column that it is written behind. */
function argumentsOf(call: TreeNode): unknown[] {
  const children = Array.isArray(call['children']) ? (call['children'] as unknown[]) : [];
  const receiver = text(call['schema']);
  return receiver === '' || SCHEMAS.has(asciiLower(receiver))
    ? children
    : [{ class: 'COLUMN_REF', column_names: [receiver] }, ...children];
}

/** What is wrong with a call of a function that may be called as such; null where nothing is. */
export function callRefusal(call: TreeNode, isTable: boolean, paths: JsonPaths): Refusal | null {
  const name = asciiLower(text(call['function_name']));
  const args = argumentsOf(call);
  return (
    (text(call['catalog']) !== ''
      ? {
          code: 'function-not-allowed',
          message: `A function of another catalogue cannot be called: ${name}`,
        }
      : null) ??
    calledRefusal(name, args) ??
    structureRefusal(name, args) ??
    offsetRefusal(name, call['offset_expr']) ??
    (isTable ? null : sizeRefusal(name, args)) ??
    paths.refusal(call, args)
  );
}

/** True where what a call gives differs from run to run over the same rows. */
export function isVolatileCall(call: TreeNode): boolean {
  const name = text(call['function_name']).toLowerCase();
  // With one argument, the age is that of today.
  if (name === 'age') return argumentsOf(call).length < 2;
  // A time without a date is moved to another zone as on this day, in summer or winter time.
  if (name === 'timezone') return argumentsOf(call).some(isZonedTime);
  const called = CALLING.has(name) ? constantText(argumentsOf(call)[1]) : null;
  return volatileFunctions.has(name) || (called !== null && volatileFunctions.has(asciiLower(called)));
}

function isZonedTime(node: unknown): boolean {
  const type = isNode(node) && node['class'] === 'CAST' ? node['cast_type'] : null;
  return isNode(type) && text(type['id']) === 'TIME WITH TIME ZONE';
}

/** An argument that names a function must be there to be read. */
function calledRefusal(name: string, args: readonly unknown[]): Refusal | null {
  if (!CALLING.has(name) || args.length < 2) return null;
  const called = constantText(args[1]);
  if (called === null)
    return { code: 'syntax-not-allowed', message: `The second argument of ${name}() must be a plain text` };
  return valueFunctions.has(asciiLower(called))
    ? null
    : {
        code: 'function-not-allowed',
        message: `The function ${asciiLower(called)}() cannot be called by its name`,
      };
}

function sizeRefusal(name: string, args: readonly unknown[]): Refusal | null {
  if (!givesHugeValue(name, args)) return null;
  return {
    code: 'value-too-large',
    message: `${name}() would make one value of more than ten million parts`,
    hint: 'Make rows instead: FROM range(…) holds a few at a time.',
  };
}

/** DuckDB ends where lag() or lead() goes back by the least number that it has. */
function offsetRefusal(name: string, offset: unknown): Refusal | null {
  if (!isNode(offset) || isBoundedOffset(offset)) return null;
  return {
    code: 'syntax-not-allowed',
    message: `The offset of ${name}() must be a plain whole number`,
    hint: 'One that is computed, or a parameter, needs a lower bound: greatest(…, 0).',
  };
}

function isBoundedOffset(offset: TreeNode): boolean {
  if (isWholeNumber(offset)) return true;
  return (
    offset['class'] === 'FUNCTION' &&
    asciiLower(text(offset['function_name'])) === 'greatest' &&
    argumentsOf(offset).some(isWholeNumber)
  );
}

/** Written out: a cast could read the number's bits as those of another. */
function isWholeNumber(node: unknown): boolean {
  if (!isNode(node) || node['class'] !== 'CONSTANT' || !isNode(node['value'])) return false;
  return Number.isSafeInteger(node['value']['value']);
}

/** The first call that is not allowed where DuckDB computes as it binds, before anything runs or can be interrupted. */
export function calledAtBinding(value: unknown, allowed: (name: string) => boolean): TreeNode | null {
  if (Array.isArray(value)) {
    for (const item of value) {
      const found = calledAtBinding(item, allowed);
      if (found) return found;
    }
    return null;
  }
  if (!isNode(value) || value['class'] === 'SUBQUERY') return null;
  if (value['class'] === 'FUNCTION' && !allowed(asciiLower(text(value['function_name'])))) return value;
  return calledAtBinding(Object.values(value), allowed);
}

/** They take long, or much memory, in a single call. */
const COSTLY = new Set([
  'levenshtein',
  'editdist3',
  'damerau_levenshtein',
  'jaccard',
  'jaro_similarity',
  'jaro_winkler_similarity',
  'repeat',
  'lpad',
  'rpad',
]);
/** What a number of rows may be computed by. */
const PLAIN = new Set(['+', '-', '*', '/', '//', '%', 'abs', 'ceil', 'floor', 'round', 'greatest', 'least']);

export const isPlain = (name: string): boolean => PLAIN.has(name);
export const isCheap = (name: string): boolean => !COSTLY.has(name);
