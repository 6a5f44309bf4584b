/**
 * Expressions as data: what nodes build, what each engine prints in its own dialect.
 * Text that a person wrote is a leaf (`user`); nothing prints it before the guard has made it `checked`.
 */
export type Expression =
  | { kind: 'column'; name: string; side?: 'left' | 'right' }
  | { kind: 'literal'; value: string | number | boolean | null; type?: string }
  | {
      kind: 'call';
      name: string;
      args: Expression[];
      distinct?: boolean;
      orderBy?: SortKey[];
      filter?: Expression;
    }
  | { kind: 'operator'; operator: BinaryOperator; left: Expression; right: Expression }
  | { kind: 'not'; operand: Expression }
  | { kind: 'is-null'; operand: Expression }
  | { kind: 'cast'; operand: Expression; type: string; tolerant?: boolean }
  | { kind: 'case'; branches: { when: Expression; then: Expression }[]; otherwise?: Expression }
  | {
      kind: 'window';
      call: Expression;
      partitionBy: Expression[];
      orderBy: SortKey[];
      frame?: string;
      ignoreNulls?: boolean;
    }
  | UserText
  | CheckedText;

export type BinaryOperator =
  '=' | '<>' | '<' | '<=' | '>' | '>=' | 'and' | 'or' | '+' | '-' | '*' | '/' | 'is not distinct from';

export interface SortKey {
  expression: Expression;
  direction: 'asc' | 'desc';
  nulls: 'first' | 'last';
}

/** SQL text from a person, with its place inside the node's config. `${name}` in it are parameters. */
export interface UserText {
  kind: 'user';
  text: string;
  form: 'expression' | 'query';
  /** Path inside the node's config, e.g. `['columns', 0, 'expression']`. */
  path: (string | number)[];
  /** True where window and aggregate functions stand without OVER, which the node adds when it composes the text. */
  window?: boolean;
}

/**
 * User text that passed the guard: one expression or one SELECT, over allowed tables and functions only.
 * `sql` has parameters rewritten to typed bound ones and is safe to compose (it ends outside any comment).
 */
export interface CheckedText {
  kind: 'checked';
  sql: string;
  form: 'expression' | 'query';
  /** Names of the bound parameters that `sql` uses. */
  parameters: string[];
  /** Ids of the master-data nodes that `sql` reads. */
  masters: string[];
  /** Names of the other tables that `sql` reads (`input`, `source`, a node's id). */
  tables: string[];
  /** True where a function such as now() or random() makes the result differ from call to call. */
  volatile: boolean;
  /** The parts of each name of a column in it; null where columns are meant that no name stands for (`*`, `#1`). */
  columns: string[][] | null;
  /** True where the query's outermost level has an ORDER BY. */
  ordered: boolean;
}

export const column = (name: string, side?: 'left' | 'right'): Expression => ({
  kind: 'column',
  name,
  ...(side ? { side } : {}),
});
export const literal = (value: string | number | boolean | null, type?: string): Expression => ({
  kind: 'literal',
  value,
  ...(type ? { type } : {}),
});
export const call = (name: string, ...args: Expression[]): Expression => ({ kind: 'call', name, args });
export const userExpression = (text: string, path: (string | number)[]): UserText => ({
  kind: 'user',
  text,
  form: 'expression',
  path,
});
