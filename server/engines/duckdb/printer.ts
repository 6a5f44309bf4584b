import { AppError } from '#lib/errors/app-error.ts';
import { column, type Expression, literal } from '#lib/sql/expression.ts';
import { quoteIdentifier, quoteLiteral } from '#lib/sql/quote.ts';
import type { Projection, Relation, ScanOption } from '#lib/sql/relation.ts';
import { printExpression, printLiteral, printSortKeys, printTypeName, SIDES } from './print-expression.ts';

/**
 * What stands for a relation's leaves: text that may follow FROM, such as a quoted name, a table function, or a SELECT
 * in parentheses. Leaves that are not needed may be missing.
 */
export interface PrintContext {
  /** By port. */
  inputs: Record<string, string>;
  /** By port, then by the alias of the part. */
  parts?: Record<string, Record<string, string>>;
  /** By node id. A checked text names one as `"master.<id>"`, a table that the statement defines. */
  masters?: Record<string, string>;
}

/**
 * A relation as one SELECT statement of DuckDB, usable in `WITH name AS (…)`. Pure. Names enter through
 * `quoteIdentifier` only; text that the guard has not checked is refused as a bug.
 */
export function printRelation(relation: Relation, context: PrintContext): string {
  const from = (input: Relation) => printSource(input, context);
  switch (relation.op) {
    case 'input':
    case 'master':
      return `SELECT * FROM ${from(relation)}`;
    case 'scan':
      return printScan(relation);
    case 'values':
      return printValues(relation);
    case 'project':
      return printProject(relation, from(relation.input));
    case 'filter':
      return `SELECT * FROM ${from(relation.input)} AS "input" WHERE ${printExpression(relation.condition)}`;
    case 'aggregate':
      return printAggregate(relation.groupBy, relation.aggregates, from(relation.input));
    case 'pivot':
      return printPivot(relation, from(relation.input));
    case 'join':
      return printJoin(relation, from(relation.left), from(relation.right));
    case 'union':
      return printUnion(relation, context);
    case 'side-by-side':
      return printSideBySide(relation, context);
    case 'sort':
      return printSort(relation, from(relation.input));
    case 'limit':
      return `SELECT * FROM ${from(relation.input)} LIMIT ${whole(relation.count)}${relation.offset > 0 ? ` OFFSET ${whole(relation.offset)}` : ''}`;
    case 'sample':
      return printSample(relation, from(relation.input));
    case 'distinct':
      return `SELECT DISTINCT * FROM ${from(relation.input)}`;
    case 'unpivot':
      return printUnpivot(relation, from(relation.input));
    case 'unnest':
      return printUnnest(relation, from(relation.input));
    case 'code':
      // Stands for it where SQL is shown; as a statement it is an error, so that it can never pass for the node's rows.
      return '/* JavaScript, run in the sandbox */';
    case 'query':
      return printQuery(relation, context);
  }
}

/** What may follow FROM: a leaf's own text, or the relation in parentheses. */
function printSource(relation: Relation, context: PrintContext): string {
  if (relation.op === 'input') {
    const text =
      relation.part === undefined
        ? context.inputs[relation.port]
        : context.parts?.[relation.port]?.[relation.part];
    return (
      text ?? missingLeaf(relation.part === undefined ? relation.port : `${relation.port}.${relation.part}`)
    );
  }
  if (relation.op === 'master') return context.masters?.[relation.id] ?? missingLeaf(`master.${relation.id}`);
  return `(${printRelation(relation, context)})`;
}

function missingLeaf(name: string): never {
  throw new AppError('leaf-missing', `Nothing stands for the input ${name}`, { kind: 'bug' });
}

const printProjection = ({ name, expression }: Projection) =>
  `${printExpression(expression)} AS ${quoteIdentifier(name)}`;
const printNames = (names: readonly string[]) => names.map(quoteIdentifier).join(', ');
const whole = (count: number) =>
  Number.isSafeInteger(count) && count >= 0 ? String(count) : missingLeaf(`count ${count}`);

/**
 * Where a person's expressions are among the columns, these are named from outside: `SELECT a + 1 AS b, b * 2` would
 * let one expression read another, and all are to see the input alone.
 */
function printProject(relation: Extract<Relation, { op: 'project' }>, source: string): string {
  if (!relation.columns.some(({ expression }) => holdsText(expression))) {
    return `SELECT ${relation.columns.map(printProjection).join(', ')} FROM ${source} AS "input"`;
  }
  const values = relation.columns.map(({ expression }) => printExpression(expression)).join(', ');
  return `SELECT * FROM (SELECT ${values} FROM ${source} AS "input") AS "output"(${printNames(relation.columns.map(({ name }) => name))})`;
}

function holdsText(expression: Expression): boolean {
  switch (expression.kind) {
    case 'checked':
    case 'user':
      return true;
    case 'column':
    case 'literal':
      return false;
    case 'call':
      return expression.args.some(holdsText);
    case 'operator':
      return holdsText(expression.left) || holdsText(expression.right);
    case 'not':
    case 'is-null':
    case 'cast':
      return holdsText(expression.operand);
    case 'case':
      return (
        expression.branches.some(({ when, then }) => holdsText(when) || holdsText(then)) ||
        (expression.otherwise !== undefined && holdsText(expression.otherwise))
      );
    case 'window':
      return holdsText(expression.call);
  }
}

function printAggregate(
  groupBy: readonly string[],
  aggregates: readonly Projection[],
  source: string,
): string {
  const columns = [...groupBy.map(quoteIdentifier), ...aggregates.map(printProjection)].join(', ');
  return `SELECT ${columns} FROM ${source} AS "input"${groupBy.length > 0 ? ` GROUP BY ${printNames(groupBy)}` : ''}`;
}

function printPivot(relation: Extract<Relation, { op: 'pivot' }>, source: string): string {
  const { groupBy, using, on, onType, values } = relation;
  if (values === null && groupBy.length === 0) {
    throw new AppError(
      'pivot-values-unknown',
      'The columns of this pivot are not known before its input is',
      { hint: 'List its `values`, or group by a column.' },
    );
  }
  const aggregates = (values ?? []).flatMap((value) => {
    const filter: Expression = {
      kind: 'operator',
      operator: '=',
      left: column(on),
      right: literal(value.text, onType),
    };
    return using.map(({ expression }, index) => ({
      name: value.names[index] ?? value.text,
      expression: filtered(expression, filter),
    }));
  });
  return printAggregate(groupBy, aggregates, source);
}

/** The aggregate inside an expression, over the rows that pass a filter only. */
function filtered(expression: Expression, filter: Expression): Expression {
  if (expression.kind === 'cast') return { ...expression, operand: filtered(expression.operand, filter) };
  if (expression.kind === 'call') return { ...expression, filter };
  throw new AppError('not-an-aggregate', 'A pivot takes plain aggregates', { kind: 'bug' });
}

const JOINS = {
  inner: 'JOIN',
  left: 'LEFT JOIN',
  right: 'RIGHT JOIN',
  full: 'FULL JOIN',
  semi: 'SEMI JOIN',
  anti: 'ANTI JOIN',
  cross: 'CROSS JOIN',
  asof: 'ASOF JOIN',
} as const;

function printJoin(relation: Extract<Relation, { op: 'join' }>, left: string, right: string): string {
  const keys = relation.on.map((key) => {
    const operator = key.operator === 'is not distinct from' ? 'IS NOT DISTINCT FROM' : key.operator;
    return `${SIDES.left}.${quoteIdentifier(key.left)} ${operator} ${SIDES.right}.${quoteIdentifier(key.right)}`;
  });
  const join = relation.how === 'asof' && relation.keepUnmatched ? 'ASOF LEFT JOIN' : JOINS[relation.how];
  const on = keys.length > 0 ? ` ON ${keys.join(' AND ')}` : '';
  return `SELECT ${relation.columns.map(printProjection).join(', ')} FROM ${left} AS ${SIDES.left} ${join} ${right} AS ${SIDES.right}${on}`;
}

function printUnion(relation: Extract<Relation, { op: 'union' }>, context: PrintContext): string {
  const all = stacked(relation.inputs.map((input) => `SELECT * FROM (${printRelation(input, context)})`));
  return relation.distinct ? `SELECT DISTINCT * FROM (${all})` : all;
}

/** Halves of halves: a thousand inputs in one row would be nested a thousand deep, more than DuckDB takes. */
function stacked(selects: readonly string[]): string {
  if (selects.length <= 2) return selects.join(' UNION ALL ');
  const middle = Math.ceil(selects.length / 2);
  return `(${stacked(selects.slice(0, middle))}) UNION ALL (${stacked(selects.slice(middle))})`;
}

/** By row position: numbered in the rows' own order, or in that of all their columns where they promise none. */
function printSideBySide(relation: Extract<Relation, { op: 'side-by-side' }>, context: PrintContext): string {
  const parts = relation.inputs.map((input, index) => {
    const source = printSource(input.relation, context);
    const columns = input.columns.map(({ from }, position) => `${quoteIdentifier(from)} AS c${position}`);
    const order = input.sortFirst
      ? `ORDER BY ${input.columns.map(({ from }) => `${quoteIdentifier(from)} ASC NULLS LAST`).join(', ')}`
      : '';
    return `(SELECT row_number() OVER (${order}) AS n, ${columns.join(', ')} FROM ${source}) AS p${index}`;
  });
  const columns = relation.inputs.flatMap((input, index) =>
    input.columns.map(({ as }, position) => `p${index}.c${position} AS ${quoteIdentifier(as)}`),
  );
  const position = (count: number) =>
    `coalesce(${Array.from({ length: count }, (_, index) => `p${index}.n`).join(', ')})`;
  const joined = parts.map((part, index) =>
    index === 0 ? part : `FULL JOIN ${part} ON ${index === 1 ? 'p0.n' : position(index)} = p${index}.n`,
  );
  return `SELECT ${columns.join(', ')} FROM ${joined.join(' ')} ORDER BY ${position(parts.length)}`;
}

/** A column name that none of these is, for a number that only we see. */
function unusedName(names: readonly string[]): string {
  const taken = new Set(names.map((name) => name.toLowerCase()));
  let name = 'row_position';
  while (taken.has(name)) name += '_';
  return quoteIdentifier(name);
}

function printSort({ keys, ties }: Extract<Relation, { op: 'sort' }>, source: string): string {
  return `SELECT * FROM ${source} ORDER BY ${printSortKeys([...keys, ...(ties ?? [])])}`;
}

function printSample(relation: Extract<Relation, { op: 'sample' }>, source: string): string {
  const names = printNames(relation.columns);
  const position = unusedName(relation.columns);
  const byContent = relation.by === 'content';
  const numbered = `(SELECT *, row_number() OVER (${byContent ? `PARTITION BY ${names}` : ''}) AS ${position} FROM ${source})`;
  const rank = `hash(${byContent ? `${names}, ` : ''}${position}, ${whole(relation.seed)})`;
  if (relation.rows !== undefined) {
    // Two rows may have the same hash; what follows decides between them.
    const rest = byContent ? `${names}, ${position}` : position;
    return `SELECT ${names} FROM ${numbered} ORDER BY ${rank}, ${rest} LIMIT ${whole(relation.rows)}`;
  }
  const share = Math.min(Math.max(relation.percent ?? 100, 0), 100) / 100;
  return `SELECT ${names} FROM ${numbered} WHERE CAST(${rank} AS DOUBLE) < ${share} * 18446744073709551616.0`;
}

function printUnpivot(relation: Extract<Relation, { op: 'unpivot' }>, source: string): string {
  const { keep, columns, nameColumn, valueColumn } = relation;
  const names = `unnest([${columns.map(({ name }) => quoteLiteral(name)).join(', ')}]) AS ${quoteIdentifier(nameColumn)}`;
  const values = `unnest([${columns.map(({ expression }) => printExpression(expression)).join(', ')}]) AS ${quoteIdentifier(valueColumn)}`;
  const select = `SELECT ${[...keep.map(quoteIdentifier), names, values].join(', ')} FROM ${source} AS "input"`;
  return relation.keepNulls
    ? select
    : `SELECT * FROM (${select}) WHERE ${quoteIdentifier(valueColumn)} IS NOT NULL`;
}

function printUnnest(relation: Extract<Relation, { op: 'unnest' }>, source: string): string {
  const list = quoteIdentifier(relation.column);
  // An empty list gives no row; with keepEmpty it is taken for a list of one missing value.
  const items = relation.keepEmpty ? `CASE WHEN len(${list}) > 0 THEN ${list} ELSE [NULL] END` : list;
  const columns = relation.columns.map((name) =>
    name === relation.column ? `unnest(${items}) AS ${quoteIdentifier(relation.as)}` : quoteIdentifier(name),
  );
  return `SELECT ${columns.join(', ')} FROM ${source} AS "input"`;
}

/** The query stands in parentheses after the tables it names, so that it may have a WITH and an ORDER BY of its own. */
function printQuery(relation: Extract<Relation, { op: 'query' }>, context: PrintContext): string {
  const { query } = relation;
  if (query.kind === 'user') {
    throw new AppError('unchecked-text', 'A query was to be printed before it was checked', {
      kind: 'bug',
      place: { path: query.path },
    });
  }
  const available = new Map(
    Object.entries(relation.tables).map(([name, table]) => [name.toLowerCase(), { name, table }]),
  );
  const tables = [...new Set(query.tables.map((name) => name.toLowerCase()))].map((name) => {
    const found = available.get(name) ?? missingLeaf(name);
    return `${quoteIdentifier(found.name)} AS (${printRelation(found.table, context)})`;
  });
  return `${tables.length > 0 ? `WITH ${tables.join(', ')} ` : ''}SELECT * FROM (\n${query.sql}\n)`;
}

function printValues({ schema, rows }: Extract<Relation, { op: 'values' }>): string {
  if (schema.length === 0)
    throw new AppError('no-columns', 'A table of values needs columns', { kind: 'bug' });
  if (rows.length === 0)
    return `SELECT ${schema.map(({ name, type }) => `CAST(NULL AS ${printTypeName(type)}) AS ${quoteIdentifier(name)}`).join(', ')} WHERE false`;
  const typed = schema.map(
    ({ name, type }) =>
      `CAST(${quoteIdentifier(name)} AS ${printTypeName(type)}) AS ${quoteIdentifier(name)}`,
  );
  const tuples = rows.map((row) => `(${row.map(printLiteral).join(', ')})`);
  return `SELECT ${typed.join(', ')} FROM (VALUES ${tuples.join(', ')}) AS "values"(${printNames(schema.map(({ name }) => name))})`;
}

const READERS = { csv: 'read_csv', json: 'read_json', ndjson: 'read_json', parquet: 'read_parquet' } as const;

function printScan({ scan, rowNumber }: Extract<Relation, { op: 'scan' }>): string {
  const paths = `[${scan.paths.map(quoteLiteral).join(', ')}]`;
  const options = Object.entries(scan.options).map(
    ([name, value]) => `, ${printOptionName(name)} = ${printOption(value)}`,
  );
  const numbers = rowNumber === undefined ? '' : `, file_row_number AS ${quoteIdentifier(rowNumber)}`;
  if (numbers !== '') options.push(', file_row_number = true');
  return `SELECT ${printNames(scan.schema.map(({ name }) => name))}${numbers} FROM ${READERS[scan.format]}(${paths}${options.join('')})`;
}

function printOptionName(name: string): string {
  if (!/^[a-z_]+$/.test(name))
    throw new AppError('bad-option', `Not a reader's option: ${name}`, { kind: 'bug' });
  return name;
}

function printOption(value: ScanOption): string {
  if (Array.isArray(value)) return `[${value.map(quoteLiteral).join(', ')}]`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, text]) => `${quoteLiteral(key)}: ${quoteLiteral(text)}`)
      .join(', ')}}`;
  return printLiteral(value);
}
