import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WINDOW_FUNCTIONS } from '#lib/nodes/window/window-text.ts';
import { refusedFunctions, tableFunctions, valueFunctions, volatileFunctions } from './functions.ts';
import { OracleDatabase } from './oracle-database.ts';
import { readRows } from './read-rows.ts';
import { AGGREGATE_MACROS, ROW_MAKERS } from './row-shape.ts';

let database: OracleDatabase;
beforeAll(async () => {
  database = await OracleDatabase.open();
});
afterAll(() => database.close());

describe('the lists of functions', () => {
  it('sort every function that this DuckDB has, and no function twice', async () => {
    const rows = await database.use((connection) =>
      readRows(
        connection,
        `SELECT DISTINCT lower(function_name), function_type IN ('table', 'table_macro') FROM duckdb_functions()`,
      ),
    );
    const unsorted = rows
      .filter(
        ([name, isTable]) =>
          !(
            (isTable === true ? tableFunctions : valueFunctions).has(String(name)) ||
            refusedFunctions.has(String(name))
          ),
      )
      .map(([name]) => name);
    expect(unsorted).toEqual([]);
    const known = new Set(rows.map(([name]) => String(name)));
    const parserOnly = new Set(['unnest', 'if', 'ifnull', 'coalesce', 'regexp_split_to_table']);
    expect(
      [...valueFunctions, ...tableFunctions].filter((name) => !known.has(name) && !parserOnly.has(name)),
    ).toEqual([]);
  });

  it('know every macro over functions that make or melt rows', async () => {
    const rows = await database.use((connection) =>
      readRows(
        connection,
        `SELECT lower(function_name), lower(macro_definition) FROM duckdb_functions() WHERE function_type = 'macro'`,
      ),
    );
    const callsOf = (definition: unknown) =>
      [...String(definition).matchAll(/(\w+)"?\(/g)].map(([, name]) => name ?? '');
    const unknown = rows.filter(([name, definition]) => {
      const called = callsOf(definition);
      const makes = called.some((one) => ROW_MAKERS.has(one));
      const melts = called.some((one) => WINDOW_FUNCTIONS.has(one) || AGGREGATE_MACROS.has(one));
      return (
        valueFunctions.has(String(name)) &&
        ((makes && !ROW_MAKERS.has(String(name))) || (melts && !AGGREGATE_MACROS.has(String(name))))
      );
    });
    expect(unknown.map(([name]) => name)).toEqual([]);
    // Those that are known are still there.
    const all = new Set(rows.map(([name]) => String(name)));
    expect(
      [...ROW_MAKERS, ...AGGREGATE_MACROS].filter((name) => name !== 'unnest' && !all.has(name)),
    ).toEqual([]);
  });

  it('name as volatile all that DuckDB says is', async () => {
    const rows = await database.use((connection) =>
      readRows(
        connection,
        `SELECT DISTINCT lower(function_name) FROM duckdb_functions() WHERE stability IN ('VOLATILE', 'CONSISTENT_WITHIN_QUERY')`,
      ),
    );
    // error() is volatile only in that it must not be computed early.
    expect(
      rows
        .map(([name]) => String(name))
        .filter((name) => valueFunctions.has(name) && !volatileFunctions.has(name) && name !== 'error'),
    ).toEqual([]);
  });
});
