import type { CheckContext } from '#lib/bind/types.ts';
import type { CheckedText, UserText } from '#lib/sql/expression.ts';
import { quoteIdentifier } from '#lib/sql/quote.ts';
import { masterTable } from './engine.ts';
import { TreeWalk, type References } from './syntax-tree.ts';
import { asciiLower, isNode, text as textOf, type TreeNode } from './tree-node.ts';
import { refuseOtherThanOneValue } from './row-shape.ts';
import {
  dottedNameAt,
  fault,
  replaceParts,
  rewriteUserText,
  type Replacement,
  type RewrittenText,
} from './user-text.ts';

/** What the guard asks of a database: the syntax tree of a text as JSON, by `json_serialize_sql`. Nothing is run. */
export interface SqlParser {
  parse(sql: string): Promise<string>;
  /** Tables and views of the catalogue, lower case: no person's SQL may name one. */
  catalogueNames: ReadonlySet<string>;
}

const SELECT = 'SELECT ';

/** From an offset in the checked SQL to one in the person's own text. */
const origins = new WeakMap<CheckedText, { text: UserText; offset: (inSql: number) => number }>();

/** Where in the person's config an offset of a checked text lies; null for a text that this guard has not made. */
export function originOf(
  checked: CheckedText,
  offset: number,
): { path: (string | number)[]; offset: number } | null {
  const origin = origins.get(checked);
  return origin ? { path: origin.text.path, offset: origin.offset(offset) } : null;
}

/** The same checked text as the answer to another place of the config. */
export function checkedElsewhere(checked: CheckedText, text: UserText): CheckedText {
  const copy = { ...checked };
  const origin = origins.get(checked);
  if (origin) origins.set(copy, { ...origin, text });
  return copy;
}

/**
 * Checks a person's SQL: one expression or one SELECT, of allowed syntax, functions and tables only. What comes back is
 * safe to put in parentheses into any statement. Throws a `user` AppError with the offset in the person's own text.
 */
export async function checkUserText(
  user: UserText,
  context: CheckContext,
  parser: SqlParser,
): Promise<CheckedText> {
  const rewritten = rewriteUserText(user.text, context.parameters);
  const prefix = user.form === 'expression' ? SELECT : '';
  const parsed = prefix + rewritten.sql;
  const place = placer(parsed, prefix.length, rewritten);
  const tree = await parse(parsed, { parser, place, user });
  const node = user.form === 'expression' ? onlyExpression(tree, place) : tree;
  if (user.form === 'expression' && !user.window) refuseOtherThanOneValue(node, place);
  const walk = new TreeWalk({ tables: context.tables ?? null, catalogueNames: parser.catalogueNames, place });
  const found = walk.query(node);
  const composed = withMasterTables(parsed, found);
  if (composed.sql !== parsed) await refuseOtherThan(composed.sql, { context, parser, found, user });
  const inner = composed.sql.slice(prefix.length);
  const cut = prefix.length + inner.length - inner.trimStart().length;
  const checked: CheckedText = {
    kind: 'checked',
    form: user.form,
    sql: inner.trim(),
    parameters: rewritten.parameters,
    masters: [...found.masters],
    tables: [...found.tables],
    volatile: found.volatile,
    columns: found.columns,
    ordered: user.form === 'query' && isOrdered(tree),
  };
  origins.set(checked, {
    text: user,
    offset: (inSql) =>
      rewritten.originalOffset(Math.max(0, composed.originalOffset(inSql + cut) - prefix.length)),
  });
  return checked;
}

type Place = (byteOffset: number | null) => number;

/** From a byte offset in the parsed text to a place in the person's own. */
function placer(parsed: string, prefix: number, rewritten: RewrittenText): Place {
  return (byteOffset) =>
    byteOffset === null
      ? 0
      : rewritten.originalOffset(Math.max(0, characterOffset(parsed, byteOffset) - prefix));
}

/** DuckDB counts bytes, JavaScript UTF-16 units. */
export function characterOffset(text: string, byteOffset: number): number {
  return Buffer.from(text, 'utf8').subarray(0, byteOffset).toString('utf8').length;
}

async function parse(
  sql: string,
  { parser, place, user }: { parser: SqlParser; place: Place; user: UserText },
): Promise<TreeNode> {
  const answer: unknown = JSON.parse(await parser.parse(sql));
  if (!isNode(answer)) return fault('syntax-error', 'This is not SQL', 0);
  if (answer['error'] === true) refuseUnparsed(answer, { place, user });
  const statements = Array.isArray(answer['statements']) ? answer['statements'] : [];
  const wanted = user.form === 'expression' ? 'an expression' : 'a SELECT';
  if (statements.length === 0) fault('syntax-error', `There is nothing here; write ${wanted}`, 0);
  if (statements.length > 1)
    fault('several-statements', `Only one statement can stand here: ${wanted}`, 0, 'Use one step for each.');
  const statement: unknown = statements[0];
  if (!isNode(statement) || !isNode(statement['node']))
    return fault('syntax-error', `Only ${wanted} can stand here`, 0);
  return statement['node'];
}

function refuseUnparsed(answer: TreeNode, { place, user }: { place: Place; user: UserText }): never {
  const message = textOf(answer['error_message']);
  if (textOf(answer['error_type']) === 'not implemented') {
    const pivots = /\b(un)?pivot\b/i.test(user.text);
    fault(
      'statement-not-allowed',
      'Only a SELECT can stand here',
      0,
      pivots
        ? 'Use the pivot or unpivot step, or FROM … PIVOT (… FOR … IN (…)).'
        : 'Statements that change or look into the database are not allowed.',
    );
  }
  if (message.startsWith('Max expression depth'))
    fault('nested-too-deep', 'This is nested too deep', 0, 'Split it over several steps.');
  const position = Number(textOf(answer['position']) || Number.NaN);
  fault(
    'syntax-error',
    message.replace(/^Parser Error: /, '').replace(/^syntax error/, 'Syntax error'),
    place(Number.isFinite(position) ? position : null),
    'Look at the words, commas and brackets here and just before.',
  );
}

/** The one expression of `SELECT <expression>`; anything besides would be more than an expression. */
function onlyExpression(node: TreeNode, place: Place): TreeNode {
  const list = Array.isArray(node['select_list']) ? node['select_list'] : [];
  const only: unknown = list[0];
  if (node['type'] !== 'SELECT_NODE' || list.length !== 1 || !isNode(only))
    return fault(
      'not-one-expression',
      'Exactly one expression can stand here',
      0,
      list.length > 1 ? 'Use one entry for each expression.' : undefined,
    );
  const source = node['from_table'];
  const isBare =
    isNode(source) &&
    source['type'] === 'EMPTY' &&
    ['modifiers', 'group_expressions', 'group_sets'].every(
      (key) => Array.isArray(node[key]) && node[key].length === 0,
    ) &&
    ['where_clause', 'having', 'qualify', 'sample'].every((key) => node[key] === null) &&
    node['aggregate_handling'] === 'STANDARD_HANDLING';
  if (!isBare)
    fault(
      'not-one-expression',
      'Only an expression can stand here, without FROM, WHERE or anything after it',
      0,
    );
  if (textOf(only['alias']) !== '')
    fault(
      'not-one-expression',
      `Only the expression can stand here, without a name ("${textOf(only['alias'])}")`,
      place(null),
    );
  if (only['class'] === 'STAR' && only['columns'] !== true)
    fault('not-one-expression', 'A star is no single expression', 0);
  return only;
}

function isOrdered(node: TreeNode): boolean {
  const modifiers = Array.isArray(node['modifiers']) ? node['modifiers'] : [];
  return modifiers.some((modifier) => isNode(modifier) && modifier['type'] === 'ORDER_MODIFIER');
}

/** What was put together by offsets is parsed and looked at once more: it reads what the person's text read, and no more. */
async function refuseOtherThan(
  sql: string,
  {
    context,
    parser,
    found,
    user,
  }: { context: CheckContext; parser: SqlParser; found: References; user: UserText },
): Promise<void> {
  const tree = await parse(sql, { parser, place: () => 0, user });
  const walk = new TreeWalk({
    tables: context.tables ?? null,
    catalogueNames: parser.catalogueNames,
    ours: new Set([...found.masters].map(masterTable)),
    place: () => 0,
  });
  const again = walk.query(tree);
  if (again.masters.size > 0 || again.tables.size > found.tables.size)
    fault('syntax-not-allowed', 'This text cannot be read in one way only', 0, 'Write it more plainly.');
}

/** `master.regions` becomes one quoted name, so that a statement can define it without a schema. */
function withMasterTables(parsed: string, found: References): Pick<RewrittenText, 'sql' | 'originalOffset'> {
  const replacements: Replacement[] = [];
  const characters = characterOffsets(
    parsed,
    [...found.masterTables, ...found.masterColumns].map(({ offset }) => offset),
  );
  const at = (offset: number, id: string) => {
    const [schema, table] = dottedNameAt(parsed, characters.get(offset) ?? 0) ?? [];
    if (schema && table && asciiLower(schema.name) === 'master' && asciiLower(table.name) === asciiLower(id))
      return { schema, table };
    return fault(
      'syntax-not-allowed',
      `master.${id} cannot be read in this way`,
      0,
      `Write FROM master.${id}.`,
    );
  };
  for (const { id, hasAlias, offset } of found.masterTables) {
    const { schema, table } = at(offset, id);
    replacements.push({
      start: schema.start,
      end: table.end,
      text: quoteIdentifier(masterTable(id)) + (hasAlias ? '' : ` AS ${quoteIdentifier(id)}`),
    });
  }
  for (const { id, offset } of found.masterColumns) {
    const { schema, table } = at(offset, id);
    replacements.push({ start: schema.start, end: table.start, text: '' });
  }
  return replaceParts(parsed, replacements);
}

/** Characters by byte offsets, in one pass over the text. */
function characterOffsets(text: string, byteOffsets: readonly number[]): Map<number, number> {
  const bytes = Buffer.from(text, 'utf8');
  const found = new Map<number, number>();
  let [byte, character] = [0, 0];
  for (const offset of [...byteOffsets].sort((a, b) => a - b)) {
    character += bytes.subarray(byte, offset).toString('utf8').length;
    byte = Math.max(byte, offset);
    found.set(offset, character);
  }
  return found;
}
