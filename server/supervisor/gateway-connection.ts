import type { ForeignKeyInfo, IntrospectResult } from '@supabase/lite';
import { PostgresConnection } from '@supabase/lite/postgres';

/**
 * The gateway's way to the database, with the differences of the library to PostgREST evened out. Each is held by the
 * contract tests (supabase/tests/contract.test.ts), which compare the two.
 */
export class GatewayConnection extends PostgresConnection {
  readonly #evened = new WeakSet<IntrospectResult>();

  constructor(databaseUrl: string) {
    super({ url: databaseUrl, postgresOptions: { max: 20, onnotice: () => undefined, types: TYPES } });
    // Left to itself the library would, at its first use, grant every right on every table to every role, which undoes
    // the migrations' own grants. Roles and rights are there: from bootstrap.sql and the migrations.
    this['rlsState'] = 'active';
  }

  /** The driver waits for ever for a connection that was handed back at a bad moment; this long is for good ones. */
  override async close(): Promise<void> {
    await this.driver.end({ timeout: 2 });
  }

  /** What the library knows of the schema; it asks for this with each request and keeps the object itself. */
  override async introspect(options?: { useCache?: boolean }): Promise<IntrospectResult> {
    const schema = await super.introspect(options);
    if (!this.#evened.has(schema)) {
      schema.foreign_keys = joinableKeys(schema.foreign_keys);
      this.#evened.add(schema);
    }
    return schema;
  }

  /**
   * False when the database cannot be asked for its schema: the library then takes one without anything in it, and
   * would tell clients that our tables do not exist.
   */
  async knowsSchema(): Promise<boolean> {
    return (await this.introspect({ useCache: true })).default_schema !== undefined;
  }

  override normalizeDbError(thrown: unknown): unknown {
    const error: unknown = super.normalizeDbError(thrown);
    if (!isDatabaseError(error)) return error;
    // The sender's mistake, as in PostgREST, not ours (which the library would answer with 500).
    if (error.code === '23514' || error.code === 'P0001') return answer(400, error.code, error);
    // PostgREST's own code for a database that is away: clients try again.
    if (isConnectionLoss(error.code)) return answer(503, 'PGRST001', error);
    return error;
  }
}

/**
 * The library joins embedded rows over the first column of a key only, which for (workspace_id, run_id) would be all
 * rows of the workspace. Our ids are unique by themselves: of such a key the column that refers to `id` is enough.
 */
function joinableKeys(columns: readonly ForeignKeyInfo[]): ForeignKeyInfo[] {
  const nameOf = (key: ForeignKeyInfo) =>
    `${key.schema}.${key.table}.${key.foreign_key_group ?? key.foreign_key_name}`;
  const byId = new Set(columns.filter(({ ref_column }) => ref_column === 'id').map(nameOf));
  return columns.filter((column) => column.ref_column === 'id' || !byId.has(nameOf(column)));
}

interface DatabaseError {
  readonly code: string;
  readonly message: string;
  readonly detail?: string;
  readonly hint?: string;
}

function isDatabaseError(error: unknown): error is DatabaseError {
  return error instanceof Error && 'code' in error && typeof error.code === 'string';
}

/** Whether the connection failed, and not the statement: codes of the driver, of the network, of a server that ends. */
function isConnectionLoss(code: string): boolean {
  return /^(CONNECTION_|CONNECT_TIMEOUT|ECONN|EPIPE|08|57P0)/.test(code);
}

/** The form in which the library lets an error choose its own answer. */
function answer(status: number, code: string, { message, detail, hint }: DatabaseError): Error {
  const body = JSON.stringify({ code, message, details: detail ?? null, hint: hint ?? null });
  return Object.assign(new Error(body), { code: 'PGRST', detail: JSON.stringify({ status, headers: {} }) });
}

const TYPES = {
  // As PostgREST writes them: 2026-01-31T09:00:00+00:00, where PostgreSQL itself has a space and +00.
  timestamptz: { to: 1184, from: [1184], serialize: String, parse: isoTimestamp },
  // The library hands over JSON as text already; made into JSON once more, it would arrive as one long string.
  jsonb: { to: 3802, from: [3802], serialize: jsonText, parse: (text: string): unknown => JSON.parse(text) },
};

function isoTimestamp(text: string): string {
  return text.replace(' ', 'T').replace(/([+-]\d{2})$/, '$1:00');
}

function jsonText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Opens a pool of connections; each request gets one, and the role and claims of its token for that transaction. */
export function gatewayConnection(databaseUrl: string): GatewayConnection {
  return new GatewayConnection(databaseUrl);
}
