import { createHash } from 'node:crypto';
import path from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { Fault } from '#lib/errors/app-error.ts';
import { quoteIdentifier, quoteLiteral } from '#lib/sql/quote.ts';
import type { ScanOption } from '#lib/sql/relation.ts';
import type { RejectedRows, SegmentStep } from './engine.ts';
import { readNumber, readRows } from './read-rows.ts';

/** Lines that are named; there may be millions. */
const NAMED_LINES = 100;
const LINES_IN_WARNING = 10;
const TABLE = /\bsluice_(?:collect|skip)_[0-9a-f]{16}\b/;

/**
 * Reader options that leave bad rows out and remember them in tables of the connection. Both ways count them; lines are
 * named only for `collect`, as the table's name tells.
 */
export function rejectOptions(
  paths: readonly string[],
  onBadRow: 'skip' | 'collect',
): Record<string, ScanOption> {
  const hash = createHash('sha256').update(JSON.stringify(paths)).digest('hex').slice(0, 16);
  const table = `sluice_${onBadRow}_${hash}`;
  return { store_rejects: true, rejects_table: table, rejects_scan: `${table}_scan`, rejects_limit: 0 };
}

/** What a node says of the rows that were left out. */
export function rejectWarning({ rows, lines }: RejectedRows): Fault {
  const named = lines
    .slice(0, LINES_IN_WARNING)
    .map(({ file, line, reason }) => `${path.basename(file)} line ${line} (${reason.slice(0, 200)})`);
  const more = lines.length > 0 && rows > named.length ? ` and ${rows - named.length} more` : '';
  return {
    code: 'rows-left-out',
    severity: 'warning',
    message: `${rows === 1 ? 'One row' : `${rows} rows`} could not be read and ${rows === 1 ? 'was' : 'were'} left out${named.length > 0 ? `: ${named.join('; ')}${more}` : ''}`,
    hint: 'Correct the file, or set types and delimiter to fit it.',
  };
}

/** What the statement that just ran on this connection left out, by node; forgets it. */
export async function takeRejects(
  connection: DuckDBConnection,
  steps: readonly SegmentStep[],
): Promise<Map<string, RejectedRows>> {
  const tables = new Map(
    steps.flatMap((step) => {
      const table = TABLE.exec(step.sql)?.[0];
      return table === undefined ? [] : [[step.nodeId, table] as const];
    }),
  );
  const rejects = new Map<string, RejectedRows>();
  for (const [nodeId, table] of tables) {
    if (
      (await readNumber(
        connection,
        `SELECT count(*) FROM duckdb_tables() WHERE table_name = ${quoteLiteral(table)}`,
      )) > 0
    )
      rejects.set(nodeId, await readRejects(connection, table));
  }
  for (const table of new Set(tables.values())) {
    for (const name of [table, `${table}_scan`])
      await connection.run(`DROP TABLE IF EXISTS ${quoteIdentifier(name)}`);
  }
  return rejects;
}

async function readRejects(connection: DuckDBConnection, table: string): Promise<RejectedRows> {
  const distinct = `SELECT s.file_path AS file, r.line, min(r.error_message) AS reason, min(r.csv_line) AS text FROM ${quoteIdentifier(table)} r JOIN ${quoteIdentifier(`${table}_scan`)} s USING (scan_id, file_id) GROUP BY ALL`;
  const rows = await readNumber(connection, `SELECT count(*) FROM (${distinct})`);
  if (table.startsWith('sluice_skip_')) return { rows, lines: [] };
  const lines = await readRows(
    connection,
    `SELECT file, line, reason, left(text, 500) FROM (${distinct}) ORDER BY file, line LIMIT ${NAMED_LINES}`,
  );
  return {
    rows,
    lines: lines.map(([file, line, reason, text]) => ({
      file: String(file),
      line: Number(line),
      reason: String(reason),
      text: typeof text === 'string' ? text : '',
    })),
  };
}
