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

const VOLATILE =
  /\bMath\s*\.\s*random\b|\bDate\s*\.\s*now\b|\bnew\s+Date\s*(\(\s*\)|(?!\s*\())|\bDate\s*\(\s*\)|\bperformance\b|\.\s*sample\s*\(/;

/** True where the code looks at the clock or at chance, so that it may give other rows the next time. */
export function isVolatileCode(code: string): boolean {
  return VOLATILE.test(code);
}
