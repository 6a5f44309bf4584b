import { memoryBudget } from './memory-budget.ts';
import { LockedInstance } from './instance.ts';
import type { SqlParser } from './guard.ts';
import { readRows, readText } from './read-rows.ts';

const PARSE = 'SELECT json_serialize_sql(CAST($text AS VARCHAR))';
const CATALOGUE = `
  SELECT lower(view_name) FROM duckdb_views() WHERE schema_name IN ('main', 'pg_catalog')
  UNION SELECT lower(table_name) FROM duckdb_tables()`;
/** Binding holds no rows; this bounds what a huge constant expression could take. */
const MEMORY_SHARE = 8;

/**
 * The empty database that parses and types for the editor and for planning: no file at all, nothing stored, nothing of
 * a person's ever executed.
 */
export class OracleDatabase implements SqlParser {
  readonly instance: LockedInstance;
  readonly catalogueNames: ReadonlySet<string>;

  private constructor(instance: LockedInstance, catalogueNames: ReadonlySet<string>) {
    this.instance = instance;
    this.catalogueNames = catalogueNames;
  }

  static async open(): Promise<OracleDatabase> {
    const instance = await LockedInstance.open({
      allowedDirectories: [],
      allowedPaths: [],
      tempDirectory: null,
      memoryLimitBytes: Math.floor(memoryBudget() / MEMORY_SHARE),
      threads: 1,
      preserveInsertionOrder: true,
      connections: 2,
      bindOnly: true,
    });
    const names = await instance.use((connection) => readRows(connection, CATALOGUE));
    return new OracleDatabase(instance, new Set(names.map(([name]) => String(name))));
  }

  parse(sql: string): Promise<string> {
    return this.instance.use((connection) =>
      readText(connection, PARSE, { text: { value: sql, sqlType: 'VARCHAR' } }),
    );
  }

  close(): Promise<void> {
    return this.instance.close();
  }
}
