import { AppError, type Fault } from '../errors/app-error.ts';
import type { CodeRelation, Relation } from '../sql/relation.ts';
import type { Schema } from '../sql/schema.ts';
import type { BoundGraph, BoundNode, TryCode, TypeOracle } from './types.ts';

interface CodeContext {
  relation: CodeRelation;
  /** What is bound so far. */
  graph: BoundGraph;
  oracle: TypeOracle;
  tryCode?: TryCode | undefined;
}

/**
 * The columns that a node's code gives: as its config lists them, else as a try on the first rows shows them. Throws a
 * `user` AppError where neither is to be had, or where the code fails.
 */
export async function codeColumns(
  asked: BoundNode,
  { relation, graph, oracle, tryCode }: CodeContext,
): Promise<{ schema: Schema; warnings: Fault[] }> {
  if (relation.columns) {
    const listed: Relation = { op: 'values', schema: relation.columns, rows: [] };
    return { schema: await oracle.describe(listed, { inputs: {}, masters: {} }), warnings: [] };
  }
  if (tryCode && !asked.node.disabled) return tryCode(asked, graph);
  throw new AppError(
    'columns-unknown',
    `Which columns "${asked.name}" gives is not known before its code has run.`,
    {
      hint: 'List them under `columns`.',
      place: { path: ['code'] },
    },
  );
}

/**
 * Every mention of what may tell the time or throw dice, and of what leads to such by another name. A word too many here
 * costs no more than reuse; one too few gives old rows for new ones.
 */
const VOLATILE = [
  /random|shuffle|\bsample\b|multinomial|dropout|\buuid|nanoid|crypto|tensorflow/i,
  /\b(?:now|performance|process|rand|tf|WeakRef|FinalizationRegistry)\b/,
  // `new Date(row.day)` says the same every time, `Date(row.day)` does not, nor does a Date under another name.
  /\bDate\b(?<!\b(?:new|instanceof)\s+Date)(?!\s*\.\s*(?:UTC|parse)\b)/,
  /\bnew\s+Date\b(?!\s*\(\s*[^\s)./])/,
  // What is reached through another name, a computed one or code made from text cannot be told.
  /\bMath\b(?!\s*\.)/,
  /\b(?:Reflect|globalThis|global|self|eval|Function|import|require|constructor)\b|\\u/,
  // The language and the zone are those of the machine.
  /\bIntl\b|toLocale|getTimezoneOffset|localeCompare/,
];

/** True where the code looks at the clock or at chance, so that it may give other rows the next time. */
export function isVolatileCode(code: string): boolean {
  return VOLATILE.some((pattern) => pattern.test(code));
}
