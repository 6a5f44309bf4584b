import type { CheckContext, RelationLeaves, TypeOracle } from '#lib/bind/types.ts';
import { AppError } from '#lib/errors/app-error.ts';
import type { CheckedText, UserText } from '#lib/sql/expression.ts';
import { quoteIdentifier } from '#lib/sql/quote.ts';
import type { FileScan, Relation } from '#lib/sql/relation.ts';
import type { Schema } from '#lib/sql/schema.ts';
import { parseType, printType } from '#lib/sql/types.ts';
import { DESCRIBE, describeColumns } from './describe-columns.ts';
import { fromDuckDB, readDuckDBFault } from './duckdb-error.ts';
import { masterTable } from './engine.ts';
import { characterOffset, checkUserText, checkedElsewhere, originOf } from './guard.ts';
import { OracleDatabase } from './oracle-database.ts';
import { printRelation, type PrintContext } from './printer.ts';
import { unifyTypes } from '#lib/sql/unify.ts';

/** Entries kept of each kind; the oldest go first. An editor asks the same of the same graph with every keystroke. */
const KEPT_ANSWERS = 5000;

export interface DuckDBOracle extends TypeOracle {
  close(): Promise<void>;
}

/** Opens the oracle: one empty, locked database for as long as the process lives. */
export async function openOracle(): Promise<DuckDBOracle> {
  return new Oracle(await OracleDatabase.open());
}

class Oracle implements DuckDBOracle {
  readonly #database: OracleDatabase;
  readonly #checked = new Map<string, Promise<CheckedText>>();
  readonly #described = new Map<string, Promise<Schema>>();

  constructor(database: OracleDatabase) {
    this.#database = database;
  }

  async check(text: UserText, context: CheckContext): Promise<CheckedText> {
    const key = JSON.stringify([text.form, text.text, text.window ?? false, context]);
    return checkedElsewhere(
      await remembered(this.#checked, key, () => checkUserText(text, context, this.#database)),
      text,
    );
  }

  async describe(relation: Relation, leaves: RelationLeaves): Promise<Schema> {
    const sql = printOverEmptyTables(relation, leaves);
    try {
      return await remembered(this.#described, sql, () => this.#describe(sql));
    } catch (error) {
      throw placed(error, relation, sql);
    }
  }

  unify(types: string[]): Promise<string | null> {
    return Promise.resolve(unifyTypes(types));
  }

  close(): Promise<void> {
    return this.#database.close();
  }

  #describe(sql: string): Promise<Schema> {
    return this.#database.use((connection) => describeColumns(connection, sql));
  }
}

/** The relation over tables that have its leaves' columns and no row; all state is in the statement. */
function printOverEmptyTables(relation: Relation, leaves: RelationLeaves): string {
  // Leaves of the same columns share a table: DuckDB nests each in the one before, and a node may have a thousand.
  const tables = new Map<string, string>();
  const define = (name: string, schema: Schema) => {
    const select = emptyTable(schema);
    const table = tables.get(select) ?? quoteIdentifier(name);
    tables.set(select, table);
    return table;
  };
  const context: PrintContext = { inputs: {}, parts: {}, masters: {} };
  for (const [port, { schema, parts }] of Object.entries(leaves.inputs)) {
    context.inputs[port] = define(`@${port}`, schema);
    context.parts = {
      ...context.parts,
      [port]: Object.fromEntries(
        Object.entries(parts).map(([part, columns]) => [part, define(`@${port}.${part}`, columns)]),
      ),
    };
  }
  // A person's text names these itself, so each is there under its own name.
  const masters = Object.entries(leaves.masters).map(
    ([id, schema]) => [id, quoteIdentifier(masterTable(id)), emptyTable(schema)] as const,
  );
  context.masters = Object.fromEntries(masters.map(([id, table]) => [id, table]));
  const body = printRelation(withEmptyScans(relation), context);
  const defined = [
    ...[...tables].map(([select, table]) => `${table} AS (${select})`),
    ...masters.map(([, table, select]) => `${table} AS (${select})`),
  ];
  return `${defined.length > 0 ? `WITH ${defined.join(', ')} ` : ''}SELECT * FROM (${body})`;
}

function emptyTable(schema: Schema): string {
  if (schema.length === 0) return 'SELECT NULL AS "no columns" WHERE false';
  return `SELECT ${schema.map(({ name, type }) => `CAST(NULL AS ${safeType(type)}) AS ${quoteIdentifier(name)}`).join(', ')} WHERE false`;
}

/** A type's name enters the statement as text, so it must be one. */
function safeType(type: string): string {
  const parsed = parseType(type);
  if (!parsed) throw new AppError('type-not-found', `There is no type ${type}`);
  return printType(parsed);
}

/** The oracle reads no file: a scan's columns are known already. */
function withEmptyScans(relation: Relation): Relation {
  const replace = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(replace);
    if (typeof value !== 'object' || value === null || ('kind' in value && value.kind === 'checked'))
      return value;
    if ('op' in value && value.op === 'scan' && 'scan' in value)
      return { op: 'values', schema: (value.scan as FileScan).schema, rows: [] } satisfies Relation;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, replace(part)]));
  };
  return replace(relation) as Relation;
}

/** The error at the place in the person's text that it came from, where that can be told. */
function placed(thrown: unknown, relation: Relation, sql: string): AppError {
  const error = fromDuckDB(thrown);
  const position = readDuckDBFault(thrown)?.position ?? null;
  if (position === null || error.place) return error;
  const at = characterOffset(DESCRIBE + sql, position) - DESCRIBE.length;
  for (const checked of checkedTexts(relation)) {
    for (
      let start = sql.indexOf(checked.sql);
      start >= 0 && start <= at;
      start = sql.indexOf(checked.sql, start + 1)
    ) {
      if (at > start + checked.sql.length) continue;
      const origin = originOf(checked, at - start);
      if (origin) return error.at({ place: origin });
    }
  }
  return error;
}

function checkedTexts(value: unknown): CheckedText[] {
  if (Array.isArray(value)) return value.flatMap(checkedTexts);
  if (typeof value !== 'object' || value === null) return [];
  if ('kind' in value && value.kind === 'checked') return [value as CheckedText];
  return Object.values(value).flatMap(checkedTexts);
}

/** The answer given before to the same question. A failure is not kept. */
async function remembered<T>(
  answers: Map<string, Promise<T>>,
  question: string,
  ask: () => Promise<T>,
): Promise<T> {
  const known = answers.get(question);
  if (known) return known;
  const answer = ask();
  answers.set(question, answer);
  if (answers.size > KEPT_ANSWERS) {
    const [oldest] = answers.keys();
    if (oldest !== undefined) answers.delete(oldest);
  }
  try {
    return await answer;
  } catch (error) {
    answers.delete(question);
    throw error;
  }
}
