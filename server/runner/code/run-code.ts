import { AppError, toAppError } from '#lib/errors/app-error.ts';
import type { BoundGraph, BoundNode } from '#lib/bind/types.ts';
import type { CodeRelation } from '#lib/sql/relation.ts';
import { findColumn, type Schema } from '#lib/sql/schema.ts';
import { quoteIdentifier } from '#lib/sql/quote.ts';
import type { CellBatch, ValueBatch } from '#server/engines/duckdb/batches.ts';
import type { Engine, SegmentRead, SegmentStep } from '#server/engines/duckdb/engine.ts';
import type { CodeJob, Sandbox } from '#server/sandbox/sandbox.ts';
import type {
  CodeParameter,
  InputBatch,
  LogLevel,
  OutputBatch,
  OutputKind,
  ResultBatch,
} from '#server/sandbox/wire.ts';
import { boundParameters, printOver } from '../execute/segment-request.ts';
import { bytesOf } from '../run-limits.ts';
import { columnIn, inexactValue, type ColumnIn } from './column-in.ts';
import { cellsOf, columnOut, convertedCells, typedSelect } from './column-out.ts';

/** What a node's code is run over. */
export interface CodeSurroundings {
  engine: Engine;
  sandbox: Sandbox;
  graph: BoundGraph;
  /** What its inputs are computed from. */
  reads: SegmentRead[];
  steps: SegmentStep[];
  /** The rows of each input that are handed over; all of them where null. */
  rowLimit: number | null;
  /** The most rows of a data frame; null where memory alone sets the limit. */
  frameRows: number | null;
  timeLimitMs: number;
  signal: AbortSignal;
  onLog: (level: LogLevel, text: string) => void;
  /** Told where the code asked chance or the clock, before its rows are used. */
  onChance?: () => void;
}

/** In `duckdb` mode a node sees no more than this at once: beyond it a frame takes gigabytes and minutes. */
export const FRAME_ROWS = 1_000_000;
/** A whole frame's work, or that on a batch of rows. A node that needs longer says so by its own timeoutMs. */
export const TIME_LIMIT_MS = { frame: 600_000, rows: 60_000 } as const;

const MEGABYTE = 1024 * 1024;
const MEMORY_LIMIT_MB = { frame: 2048, rows: 256 } as const;

/** The node's code as data. Throws where the node has none, which is a bug. */
export function codeOf(node: BoundNode): CodeRelation {
  if (node.relation.op === 'code') return node.relation;
  throw new AppError('internal', `"${node.name}" is no node of code.`, { kind: 'bug' });
}

/**
 * Runs a node's code and keeps its rows, in the types of the node's schema, as a table for as long as `work` takes.
 * `sql` selects them. Throws a `user` AppError for what the code, its inputs or its result do wrong.
 */
export async function withCodeRows<T>(
  node: BoundNode,
  around: CodeSurroundings,
  work: (rows: { sql: string; count: number }) => Promise<T>,
): Promise<T> {
  const columns = node.schema.map(({ name, type }) => ({ name, type: columnOut(type).carrier }));
  const batches = typedBatches(watched(runCode(node, around), around.onChance), node.schema);
  try {
    return await around.engine.withLoaded({ columns, batches, signal: around.signal }, (loaded) =>
      work({ sql: typedSelect(node.schema, loaded.table), count: loaded.rows }),
    );
  } catch (thrown) {
    throw toAppError(thrown).at({ nodeId: node.id });
  }
}

async function* watched(
  batches: AsyncIterable<ResultBatch>,
  onChance: (() => void) | undefined,
): AsyncGenerator<OutputBatch, void, void> {
  for await (const batch of batches) {
    if (batch.usedChance) onChance?.();
    yield batch;
  }
}

/** What comes out of a node's code, as it comes. */
export async function* runCode(
  node: BoundNode,
  around: CodeSurroundings,
): AsyncGenerator<ResultBatch, void, void> {
  const code = codeOf(node);
  const asText = new Set(code.asText.map((name) => name.toLowerCase()));
  const tables = code.tables.map((table) => handedOver(node, table, asText));
  const { graph, sandbox, signal, onLog, timeLimitMs } = around;
  const job: CodeJob = {
    form: code.form,
    code: code.code,
    parameters: codeParameters(graph),
    inputs: tables.map(({ name, columns }) => ({
      name,
      columns: columns.map(({ name: column, kind }) => ({ name: column, kind })),
    })),
    rows: tables.map((table, index) => inputBatches(node, { table, index }, around)),
    memoryLimitMb:
      node.node.memoryLimit === undefined
        ? MEMORY_LIMIT_MB[code.form]
        : Math.max(8, Math.floor(bytesOf(node.node.memoryLimit) / MEGABYTE)),
    timeLimitMs,
    signal,
    onLog,
  };
  yield* sandbox.run(job);
}

/** Every declared parameter; one without a value is null. */
function codeParameters(graph: BoundGraph): Record<string, CodeParameter> {
  const names = Object.keys(graph.document.parameters);
  return Object.fromEntries(names.map((name) => [name, (graph.parameters[name] ?? null) as CodeParameter]));
}

interface HandedOver {
  name: string | null;
  columns: (ColumnIn & { name: string })[];
  sql: string;
}

function handedOver(
  node: BoundNode,
  table: CodeRelation['tables'][number],
  asText: ReadonlySet<string>,
): HandedOver {
  const schema = schemaOf(node, table);
  const columns = schema.map((column) => ({ ...columnIn(column, asText), name: column.name }));
  return { name: table.name, columns, sql: printOver(node, table.relation) };
}

function schemaOf(node: BoundNode, { relation }: CodeRelation['tables'][number]): Schema {
  if (relation.op !== 'input') throw new AppError('internal', 'Code reads inputs only.', { kind: 'bug' });
  const port = node.inputs.find(({ port: name }) => name === relation.port);
  if (relation.part === undefined) return port?.schema ?? [];
  const edge = port?.edges.find(({ alias }) => alias === relation.part);
  return edge?.columns.map(({ as, type }) => ({ name: as, type })) ?? [];
}

/** Over all columns of a row: the number of the first that cannot be handed over exactly, and its value. */
function selectCells({ columns, sql }: HandedOver, rowLimit: number | null): string {
  const cells = columns.map(({ cells: expression }, at) => `${expression} AS c${at}`);
  const doubtful = columns.flatMap(({ inexact, name }, at) =>
    inexact === null ? [] : [{ inexact, name, at }],
  );
  const when = (give: (one: (typeof doubtful)[number]) => string) =>
    doubtful.length === 0
      ? 'NULL'
      : `CASE ${doubtful.map((one) => `WHEN ${one.inexact} THEN ${give(one)}`).join(' ')} END`;
  const where = `CAST(${when(({ at }) => String(at))} AS DOUBLE)`;
  const value = `CAST(${when(({ name }) => `CAST(${quoteIdentifier(name)} AS VARCHAR)`)} AS VARCHAR)`;
  const limit = rowLimit === null ? '' : ` LIMIT ${rowLimit}`;
  return `SELECT ${[...cells, `${where} AS inexact_column`, `${value} AS inexact_value`].join(', ')} FROM (${sql})${limit}`;
}

async function* inputBatches(
  node: BoundNode,
  { table, index }: { table: HandedOver; index: number },
  { engine, graph, reads, steps, rowLimit, frameRows, signal }: CodeSurroundings,
): AsyncGenerator<InputBatch, void, void> {
  const step: SegmentStep = {
    nodeId: `cells ${index} of ${node.id}`,
    sql: selectCells(table, rowLimit),
    rows: 'any',
    inputs: [],
    merge: 'none',
    knownRows: null,
    volatile: false,
  };
  const parameters = boundParameters(graph);
  let rows = 0;
  const all = engine.batches({ reads, steps: [...steps, step], nodeId: step.nodeId, parameters, signal });
  for await (const batch of all) {
    rows += batch.rows;
    if (codeOf(node).form === 'frame' && frameRows !== null && rows > frameRows)
      throw tooLarge(node, frameRows);
    yield { rows: batch.rows, cells: exactCells(batch, table) };
  }
}

function exactCells({ cells }: CellBatch, { columns }: HandedOver): InputBatch['cells'] {
  const [where, value] = cells.slice(columns.length);
  const row = where?.numbers && where.nulls === null ? 0 : (where?.nulls?.indexOf(0) ?? -1);
  if (where?.numbers && row >= 0) {
    const before = value?.lengths?.slice(0, row).reduce((sum, length) => sum + length, 0) ?? 0;
    const text = value?.text?.slice(before, before + (value.lengths?.[row] ?? 0)) ?? '';
    throw inexactValue(columns[where.numbers[row] ?? 0]?.name ?? '', text);
  }
  return cells.slice(0, columns.length);
}

function tooLarge(node: BoundNode, frameRows: number): AppError {
  return new AppError(
    'frame-too-large',
    `The input of "${node.name}" has more than ${frameRows.toLocaleString('en-US')} rows, which is the most for a DataFrame outside the memory mode.`,
    {
      hint: 'Use a map node, which works in batches at any size; or aggregate or filter before; or set the mode of the pipeline to memory.',
    },
  );
}

/** Batches of what came out, as the schema says: columns by name, missing ones NULL, values converted or refused. */
export async function* typedBatches(
  batches: AsyncIterable<OutputBatch>,
  schema: Schema,
): AsyncGenerator<ValueBatch, void, void> {
  const converters = schema.map(({ type }) => columnOut(type));
  const refuseMixedJson = jsonKindsApart(schema);
  let firstRow = 0;
  for await (const batch of batches) {
    refuseStrangers(batch, schema);
    refuseMixedJson(batch);
    const columns = schema.map((column, at) => {
      const converter = converters[at];
      const given = batch.columns.find(({ name }) => name.toLowerCase() === column.name.toLowerCase());
      if (!given || !converter) return new Array<null>(batch.rows).fill(null);
      return convertedCells(
        { column, cells: cellsOf(given, batch.rows), kind: given.kind },
        converter,
        firstRow,
      );
    });
    firstRow += batch.rows;
    if (batch.rows > 0) yield { rows: batch.rows, columns };
  }
}

/**
 * A text is a JSON column's raw JSON, but a value like any other where its batch has objects too. Which of both is
 * meant must not hang on where a batch ends, so a column has the one or the other in all its batches.
 */
function jsonKindsApart(schema: Schema): (batch: OutputBatch) => void {
  const kinds = new Map<string, OutputKind>();
  return ({ columns }) => {
    for (const { name, kind } of columns) {
      if ((kind !== 'text' && kind !== 'json') || findColumn(schema, name)?.type !== 'JSON') continue;
      const key = name.toLowerCase();
      const known = kinds.get(key) ?? kind;
      if (known !== kind) throw mixedJson(name);
      kinds.set(key, kind);
    }
  };
}

function mixedJson(name: string): AppError {
  return new AppError(
    'mixed-column',
    `Column "${name}" holds texts of JSON in some rows and objects in others.`,
    { hint: 'Return JSON.stringify(…) of the value in every row, or in none.', place: { path: ['code'] } },
  );
}

function refuseStrangers({ columns, rows }: OutputBatch, schema: Schema): void {
  const seen = new Set<string>();
  for (const { name } of columns) {
    const key = name.toLowerCase();
    if (seen.has(key)) {
      throw new AppError(
        'column-twice',
        `The result has two columns "${name}"; case makes no difference in names.`,
      );
    }
    seen.add(key);
    if (findColumn(schema, name)) continue;
    throw new AppError(
      'column-not-listed',
      `The result has a column "${name}", which is not among the columns of this node.`,
      {
        hint: 'List all columns of the result under `columns`: they cannot be found by trying the code on the first rows.',
        place: { path: ['columns'] },
      },
    );
  }
  if (columns.length === 0 && rows > 0) {
    throw new AppError('no-columns', 'The code returned rows without any column.', {
      place: { path: ['code'] },
    });
  }
}
