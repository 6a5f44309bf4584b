import type { DuckDBConnection } from '@duckdb/node-api';
import { AppError } from '#lib/errors/app-error.ts';
import { quoteLiteral } from '#lib/sql/quote.ts';
import type { Schema } from '#lib/sql/schema.ts';
import { attribute } from './attribute.ts';
import { compose, type Composed, type OpenRead } from './compose.ts';
import { copyOptions } from './copy-options.ts';
import { chooseFences, knownBefore, solveCounts } from './counting.ts';
import { DESCRIBE, describeColumns } from './describe-columns.ts';
import {
  nodeTable,
  type RowCount,
  type SegmentRequest,
  type SegmentResult,
  type SegmentStep,
} from './engine.ts';
import { newTagBase, readFences, rowsOf } from './fences.ts';
import { holdingFunction, nameWhatHolds } from './held-in-memory.ts';
import type { LockedInstance } from './instance.ts';
import { readPlan, type ExecutedPlan } from './plan-tree.ts';
import { readNumber, readText } from './read-rows.ts';
import { takeRejects } from './rejected-rows.ts';
import { parquetVersion, portableColumns, schemaMetadata, storedColumns } from './stored-types.ts';
import { refuseForeignFolder, sizeOf, writeWhole } from './whole-file.ts';

interface Running {
  request: SegmentRequest;
  reads: OpenRead[];
  connection: DuckDBConnection;
  tags: ReadonlyMap<string, number>;
  statement: Composed;
  /** The text that ran last, for finding the guilty node. */
  ran: { sql: string };
  root: SegmentStep;
  schema: Schema;
}

/**
 * Runs a segment as one statement on an instance whose order setting fits it, and counts every node's rows. The statement
 * is composed while the instance may still be opening.
 */
export async function runSegment(
  opening: Promise<LockedInstance>,
  request: SegmentRequest,
  reads: OpenRead[],
): Promise<SegmentResult> {
  const root = request.steps.at(-1);
  if (!root) throw new Error('a segment has at least one node');
  const base = newTagBase();
  const tags = new Map(
    chooseFences(request.steps, reads, request.counts).map((nodeId, index) => [nodeId, base + index]),
  );
  const statement = compose(request.steps, reads, { last: root.nodeId, tags });
  // Fences change no column, and binding takes half the time without them.
  const unfenced = () => compose(request.steps, reads, { last: root.nodeId, tags: new Map() });
  const instance = await opening;
  const started = performance.now();
  const done = instance.use(
    async (connection) => {
      const ran = { sql: '' };
      try {
        const schema = request.schema ?? (await describe(connection, unfenced(), ran));
        const running: Running = { request, reads, connection, tags, statement, ran, root, schema };
        const written = await write(running);
        const durationMs = performance.now() - started;
        const rejects = await takeRejects(connection, request.steps);
        const counted = await count(running, written);
        return {
          ...counted,
          outputRows: written.rows,
          bytes: written.bytes,
          schema,
          sql: statement.sql,
          durationMs,
          peakMemoryBytes: written.plan.peakMemoryBytes,
          rejects,
        };
      } catch (error) {
        throw await attribute(error, {
          steps: request.steps,
          reads,
          statement: ran.sql.startsWith(DESCRIBE) ? unfenced() : statement,
          ran: ran.sql,
          connection,
          parameters: request.parameters,
          signal: request.signal,
        });
      }
    },
    {
      signal: request.signal,
      onProgress: request.onProgress,
      isHolding: holdingFunction(statement.sql) !== null,
    },
  );
  return done.catch((error: unknown) => {
    throw ofOnlyStep(error, request.steps);
  });
}

/** What a statement of one node does wrong is that node's doing, and of its memory its SQL tells more than DuckDB does. */
function ofOnlyStep(error: unknown, [only, ...others]: readonly SegmentStep[]): unknown {
  if (!only || others.length > 0 || !(error instanceof AppError)) return error;
  return nameWhatHolds(error, only.sql).at({ nodeId: only.nodeId, sql: only.sql });
}

function describe(connection: DuckDBConnection, { sql }: Composed, ran: { sql: string }): Promise<Schema> {
  ran.sql = DESCRIBE + sql;
  return describeColumns(connection, sql);
}

interface Written {
  plan: ExecutedPlan;
  rows: number;
  bytes: number;
}

async function write(running: Running): Promise<Written> {
  const { target } = running.request;
  switch (target.kind) {
    case 'discard': {
      const plan = await execute(running, running.statement.sql);
      return { plan, rows: rowsOf(plan.root), bytes: 0 };
    }
    case 'stage': {
      const { schema } = running;
      const options = `FORMAT parquet, PARQUET_VERSION ${parquetVersion(schema)}, ${schemaMetadata(schema)}`;
      return writeWhole(
        target.path,
        (temporary) => execute(running, copy(running, storedColumns(schema), temporary, options)),
        async (temporary, plan) => ({
          plan,
          rows: await storedRows(running.connection, temporary),
          bytes: await sizeOf(temporary),
        }),
      );
    }
    case 'destination': {
      if (target.partitionBy.length > 0) await refuseForeignFolder(target.path);
      const columns = target.format === 'parquet' ? portableColumns(running.schema) : '*';
      return writeWhole(
        target.path,
        (temporary) =>
          execute(running, copy(running, columns, temporary, copyOptions(target, running.schema))),
        async (temporary, plan) => ({
          plan,
          rows: rowsOf(plan.root.children[0] ?? plan.root),
          bytes: await sizeOf(temporary),
        }),
      );
    }
  }
}

function copy(running: Running, columns: string, file: string, options: string): string {
  return `COPY (SELECT ${columns} FROM (${running.statement.sql}\n)) TO ${quoteLiteral(file)} (${options})`;
}

/** Runs the statement, and gives its executed plan in place of its answer. */
async function execute({ connection, request, ran }: Running, sql: string): Promise<ExecutedPlan> {
  ran.sql = `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`;
  return readPlan(await readText(connection, ran.sql, request.parameters, 1));
}

/** Parquet's own count of its rows. */
export function storedRows(connection: DuckDBConnection, path: string): Promise<number> {
  return readNumber(
    connection,
    `SELECT CAST(sum(num_rows) AS BIGINT) FROM parquet_file_metadata(${quoteLiteral(path)})`,
  );
}

/** Counts from the plan; what the plan does not tell is counted by itself, unless that could give another answer. */
async function count(
  running: Running,
  written: Written,
): Promise<Pick<SegmentResult, 'counts' | 'countStatements'>> {
  const { request, reads, tags, root } = running;
  const { steps } = request;
  const fences = readFences(written.plan.root);
  const known = knownBefore(steps, reads);
  const atLeast = new Map<string, number>();
  known.set(nodeTable(root.nodeId), written.rows);
  for (const [nodeId, tag] of tags) {
    const fence = fences.get(tag);
    if (!fence) continue;
    if (fence.exact !== null) known.set(nodeTable(nodeId), fence.exact);
    else if (fence.atLeast !== null) atLeast.set(nodeTable(nodeId), fence.atLeast);
  }
  let counts = solveCounts(steps, known, atLeast);
  let countStatements = 0;
  if (request.counts === 'fast') return { counts, countStatements };
  for (const [index, step] of steps.entries()) {
    if (isKnown(counts.get(step.nodeId)) || steps.slice(0, index + 1).some((before) => before.volatile))
      continue;
    known.set(nodeTable(step.nodeId), await countAlone(running, step));
    countStatements++;
    counts = solveCounts(steps, known, atLeast);
  }
  return { counts, countStatements };
}

function isKnown(count: RowCount | undefined): boolean {
  return count !== undefined && count.exact !== null;
}

function countAlone({ connection, request, reads }: Running, step: SegmentStep): Promise<number> {
  const { sql } = compose(request.steps, reads, { last: step.nodeId, tags: new Map() });
  return readNumber(connection, `SELECT count(*) FROM (${sql}\n)`, request.parameters);
}
