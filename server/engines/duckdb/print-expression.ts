import { AppError } from '#lib/errors/app-error.ts';
import type { Expression, SortKey } from '#lib/sql/expression.ts';
import { quoteIdentifier, quoteLiteral } from '#lib/sql/quote.ts';
import { parseType } from '#lib/sql/types.ts';

const OPERATORS = { and: 'AND', or: 'OR', 'is not distinct from': 'IS NOT DISTINCT FROM' } as const;

/** The names under which a join's sides are read. */
export const SIDES = { left: 'l', right: 'r' } as const;

/** An expression in DuckDB's dialect. Text that the guard has not seen is refused: printing it would be a bug. */
export function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case 'column':
      return expression.side
        ? `${SIDES[expression.side]}.${quoteIdentifier(expression.name)}`
        : quoteIdentifier(expression.name);
    case 'literal':
      return expression.type === undefined
        ? printLiteral(expression.value)
        : `CAST(${printLiteral(expression.value)} AS ${printTypeName(expression.type)})`;
    case 'call':
      return printCall(expression);
    case 'operator':
      return `(${printExpression(expression.left)} ${printOperator(expression.operator)} ${printExpression(expression.right)})`;
    case 'not':
      return `(NOT ${printExpression(expression.operand)})`;
    case 'is-null':
      return `(${printExpression(expression.operand)} IS NULL)`;
    case 'cast':
      return `${expression.tolerant ? 'TRY_CAST' : 'CAST'}(${printExpression(expression.operand)} AS ${printTypeName(expression.type)})`;
    case 'case':
      return printCase(expression);
    case 'window':
      return `${printWindowCall(expression)} OVER (${printWindow({
        partitionBy: expression.partitionBy.map(printExpression),
        orderBy: expression.orderBy,
        frame: expression.frame,
      })})`;
    case 'checked':
      // The line break keeps a comment at the text's end from swallowing what follows.
      return expression.sql.includes('--') ? `(${expression.sql}\n)` : `(${expression.sql})`;
    case 'user':
      throw new AppError('unchecked-text', 'Text was to be printed before it was checked', {
        kind: 'bug',
        place: { path: expression.path },
      });
  }
}

export function printSortKeys(keys: readonly SortKey[]): string {
  return keys
    .map(
      (key) =>
        `${printExpression(key.expression)} ${key.direction === 'desc' ? 'DESC' : 'ASC'} NULLS ${key.nulls === 'first' ? 'FIRST' : 'LAST'}`,
    )
    .join(', ');
}

function printWindow(window: {
  partitionBy: string[];
  orderBy: SortKey[];
  frame: string | undefined;
}): string {
  return [
    window.partitionBy.length > 0 ? `PARTITION BY ${window.partitionBy.join(', ')}` : '',
    window.orderBy.length > 0 ? `ORDER BY ${printSortKeys(window.orderBy)}` : '',
    window.frame ?? '',
  ]
    .filter(Boolean)
    .join(' ');
}

function printWindowCall({ call, ignoreNulls }: Extract<Expression, { kind: 'window' }>): string {
  return call.kind === 'call' ? printCall(call, ignoreNulls ? ' IGNORE NULLS' : '') : printExpression(call);
}

function printCall(expression: Extract<Expression, { kind: 'call' }>, inside = ''): string {
  const order = expression.orderBy?.length ? ` ORDER BY ${printSortKeys(expression.orderBy)}` : '';
  const args = expression.args.map(printExpression).join(', ');
  const filter = expression.filter ? ` FILTER (WHERE ${printExpression(expression.filter)})` : '';
  return `${printFunctionName(expression.name)}(${expression.distinct ? 'DISTINCT ' : ''}${args}${order}${inside})${filter}`;
}

function printCase(expression: Extract<Expression, { kind: 'case' }>): string {
  const branches = expression.branches.map(
    ({ when, then }) => `WHEN ${printExpression(when)} THEN ${printExpression(then)}`,
  );
  const otherwise = expression.otherwise ? ` ELSE ${printExpression(expression.otherwise)}` : '';
  return `CASE ${branches.join(' ')}${otherwise} END`;
}

function printOperator(operator: string): string {
  return operator in OPERATORS ? OPERATORS[operator as keyof typeof OPERATORS] : operator;
}

/** Function names come from our own nodes; anything but a plain word is our mistake. */
function printFunctionName(name: string): string {
  if (!/^[a-z_][a-z0-9_]*$/.test(name))
    throw new AppError('bad-function-name', `Not a function's name: ${name}`, { kind: 'bug' });
  return name;
}

/** A type's name as it stands, once it is known to be one and nothing more. */
export function printTypeName(type: string): string {
  if (parseType(type) === null) throw new AppError('unknown-type', `Not a type: ${type}`, { kind: 'bug' });
  return type;
}

export function printLiteral(value: string | number | boolean | null): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return quoteLiteral(value);
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  return Number.isFinite(value) ? String(value) : `CAST('${value}' AS DOUBLE)`;
}
