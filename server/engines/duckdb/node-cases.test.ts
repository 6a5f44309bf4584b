import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { replaceUserText, userTexts } from '#lib/bind/user-text.ts';
import { AppError } from '#lib/errors/app-error.ts';
import { compilerOf, definitionOf } from '#lib/nodes/catalogue.ts';
import type { CompileInput } from '#lib/nodes/define.ts';
import { NODE_TYPES } from '#lib/nodes/registry/types.ts';
import { quoteIdentifier } from '#lib/sql/quote.ts';
import type { Relation } from '#lib/sql/relation.ts';
import type { CheckedText, UserText } from '#lib/sql/expression.ts';
import {
  columnsOf,
  comparable,
  createTable,
  expectedFaultSchema,
  expectedTableSchema,
  readCases,
  sorted,
  tableSchema,
  type ExpectedFault,
} from './case-tables.ts';
import { checkUserText, type SqlParser } from './guard.ts';
import { printRelation, type PrintContext } from './printer.ts';

// Every node type's cases, in lib/nodes/<type>/cases: a config and input rows, and the rows and types, or the fault,
// that must come of them. Compiled, guarded and printed as in a run, and run by a real DuckDB.

const inputSchema = z.union([
  tableSchema.extend({ ordered: z.boolean().optional() }),
  z.strictObject({ parts: z.record(z.string(), tableSchema), ordered: z.boolean().optional() }),
]);
const caseSchema = z.strictObject({
  name: z.string(),
  config: z.unknown(),
  inputs: z.record(z.string(), inputSchema).default({}),
  /** What `dependsOnValues` asked for. */
  found: z.array(z.string()).optional(),
  masters: z.record(z.string(), tableSchema).default({}),
  expected: z.union([expectedTableSchema, z.strictObject({ error: expectedFaultSchema })]),
});
type NodeCase = z.infer<typeof caseSchema>;

/** Types whose cases need files: they are in file-nodes.test.ts. */
const WITH_FILES = new Set(['file-source', 'inline-source']);

let connection: DuckDBConnection;
let parser: SqlParser;

beforeAll(async () => {
  const instance = await DuckDBInstance.create(':memory:');
  connection = await instance.connect();
  parser = {
    catalogueNames: new Set(),
    parse: async (sql) =>
      String(
        (
          await connection.runAndReadAll('SELECT json_serialize_sql(CAST($1 AS VARCHAR))', [sql])
        ).getRows()[0]?.[0],
      ),
  };
});
afterAll(() => {
  connection.closeSync();
});

for (const type of NODE_TYPES.filter((one) => !WITH_FILES.has(one) && definitionOf(one)?.kind !== 'code')) {
  describe(type, () => {
    const cases = readCases(type, caseSchema);
    it('has cases', () => {
      expect(cases.length).toBeGreaterThan(0);
      expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
    });
    it.each(cases.map((one) => [one.name, one] as const))('%s', async (_name, one) => {
      if ('error' in one.expected) await expectFault(type, one, one.expected.error);
      else await expectRows(type, one, one.expected);
    });
  });
}

async function expectRows(type: string, one: NodeCase, expected: z.infer<typeof expectedTableSchema>) {
  const statement = await printed(type, one);
  const schema = await columnsOf(connection, statement);
  expect(schema).toEqual(expected.columns);
  const rows = (await connection.runAndReadAll(statement)).getRowsJson().map((row) => row.map(comparable));
  const wanted = expected.rows.map((row) => row.map(comparable));
  if (expected.ordered) expect(rows).toEqual(wanted);
  else expect(sorted(rows)).toEqual(sorted(wanted));
}

async function expectFault(type: string, one: NodeCase, expected: ExpectedFault) {
  const thrown: unknown = await (async () => connection.run(await printed(type, one)))().then(
    () => null,
    (error: unknown) => error,
  );
  if (thrown instanceof AppError) {
    expect({ code: thrown.code, path: thrown.place?.path }).toEqual({
      code: expected.code,
      path: expected.path ?? thrown.place?.path,
    });
    expect(thrown.kind).toBe('user');
    expect(thrown.message).toContain(expected.message ?? '');
  } else if (thrown instanceof z.ZodError) {
    expect(expected.code).toBe('invalid-config');
    expect(thrown.issues.map(({ path }) => path)).toContainEqual(expected.path ?? thrown.issues[0]?.path);
  } else {
    expect(thrown).toBeInstanceOf(Error);
    expect((thrown as Error).message).toContain(expected.message ?? 'no such failure was expected');
    expect(expected.code).toBe('sql-failed');
  }
}

/** The case's statement over tables of its rows. */
async function printed(type: string, one: NodeCase): Promise<string> {
  const definition = definitionOf(type);
  const compile = compilerOf(type);
  if (!definition || !compile) throw new Error(`no type ${type}`);
  const config = definition.config.parse(one.config);
  const context: PrintContext & {
    parts: Record<string, Record<string, string>>;
    masters: Record<string, string>;
  } = { inputs: {}, parts: {}, masters: {} };
  const inputs: Record<string, CompileInput> = {};
  for (const [port, input] of Object.entries(one.inputs)) {
    const parts = 'parts' in input ? input.parts : { [port]: input };
    context.parts[port] = {};
    for (const [alias, table] of Object.entries(parts)) {
      await createTable(connection, `${port}/${alias}`, table);
      context.parts[port][alias] = quoteIdentifier(`${port}/${alias}`);
    }
    const aliases = Object.keys(parts);
    context.inputs[port] = context.parts[port][aliases[0] ?? ''] ?? '';
    inputs[port] = {
      schema: parts[aliases[0] ?? '']?.columns ?? [],
      parts: aliases.map((alias) => ({ alias, schema: parts[alias]?.columns ?? [] })),
      ...(input.ordered === undefined ? {} : { ordered: input.ordered }),
    };
  }
  for (const [id, table] of Object.entries(one.masters)) {
    await createTable(connection, `master.${id}`, table);
    context.masters[id] = quoteIdentifier(`master.${id}`);
  }
  const relation = compile({ config, inputs, scan: null, found: one.found ?? null });
  return printRelation(await checkedRelation(relation), context);
}

/** The relation with its texts guarded, as binding does it. */
async function checkedRelation(relation: Relation): Promise<Relation> {
  const checked = new Map<UserText, CheckedText>();
  for (const text of userTexts(relation))
    checked.set(text, await checkUserText(text, { parameters: {} }, parser));
  return replaceUserText(relation, (text) => checked.get(text)!);
}
