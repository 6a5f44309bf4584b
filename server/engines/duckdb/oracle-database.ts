import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError } from '#lib/errors/app-error.ts';
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
 * Parsing and binding take milliseconds, and seconds for a statement of a thousand nodes. What takes longer doubles
 * itself, or has a constant that DuckDB needs while it binds.
 */
const LIMIT_MS = 20_000;
const PATIENCE_MS = 500;

/**
 * The empty database that parses and types for the editor and for planning: no file at all, nothing stored, nothing of
 * a person's ever executed. Another takes its place where a statement does not end.
 */
export class OracleDatabase implements SqlParser {
  readonly catalogueNames: ReadonlySet<string>;
  readonly #limitMs: number;
  #instance: Promise<LockedInstance>;

  private constructor(instance: LockedInstance, catalogueNames: ReadonlySet<string>, limitMs: number) {
    this.#instance = Promise.resolve(instance);
    this.catalogueNames = catalogueNames;
    this.#limitMs = limitMs;
  }

  static async open({ limitMs = LIMIT_MS } = {}): Promise<OracleDatabase> {
    const instance = await openEmpty();
    const names = await instance.use((connection) => readRows(connection, CATALOGUE));
    return new OracleDatabase(instance, new Set(names.map(([name]) => String(name))), limitMs);
  }

  /** Throws `takes-too-long` where the statement has not ended within the limit. */
  async use<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const signal = AbortSignal.timeout(this.#limitMs);
    const instance = await this.#usable();
    try {
      return await instance.use(work, { signal });
    } catch (error) {
      throw signal.aborted ? takesTooLong(this.#limitMs) : error;
    }
  }

  parse(sql: string): Promise<string> {
    return this.use((connection) =>
      readText(connection, PARSE, { text: { value: sql, sqlType: 'VARCHAR' } }),
    );
  }

  async close(): Promise<void> {
    await (await this.#instance).close();
  }

  async #usable(): Promise<LockedInstance> {
    const before = this.#instance;
    const instance = await before;
    if (!instance.isSpent) return instance;
    if (this.#instance === before) {
      this.#instance = openEmpty();
      // Whoever still asks the old one is answered, or hears of its end.
      void instance.close();
    }
    return this.#instance;
  }
}

function openEmpty(): Promise<LockedInstance> {
  return LockedInstance.open({
    allowedDirectories: [],
    allowedPaths: [],
    tempDirectory: null,
    memoryLimitBytes: Math.floor(memoryBudget() / MEMORY_SHARE),
    threads: 1,
    preserveInsertionOrder: true,
    connections: 2,
    bindOnly: true,
    patienceMs: PATIENCE_MS,
  });
}

function takesTooLong(limitMs: number): AppError {
  return new AppError('takes-too-long', `DuckDB did not understand this within ${limitMs / 1000} s`, {
    hint: 'Look for a WITH that uses another several times over and over, or a pattern or format computed from huge constants.',
  });
}
