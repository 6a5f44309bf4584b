import { AppError, toAppError, type Fault } from '#lib/errors/app-error.ts';
import type { BoundNode } from '#lib/bind/types.ts';
import { findColumn, type Schema } from '#lib/sql/schema.ts';
import type { OutputBatch, OutputKind } from '#server/sandbox/wire.ts';
import { cellsOf, foundType, type CarriedCell } from './column-out.ts';
import { runCode, type CodeSurroundings } from './run-code.ts';

/** Rows of each input that code is tried on. */
export const TRIED_ROWS = 50;
/** A try must not keep an editor waiting. */
export const TRY_TIME_LIMIT_MS = 5000;

/** Finds the columns of a node's code by running it on the first rows of its inputs. Throws what the code does wrong. */
export async function tryCode(
  node: BoundNode,
  around: CodeSurroundings,
): Promise<{ schema: Schema; warnings: Fault[] }> {
  const found = new Map<string, FoundColumn>();
  let rows = 0;
  try {
    for await (const batch of runCode(node, around)) {
      rows += batch.rows;
      gather(found, batch);
    }
  } catch (thrown) {
    const error = toAppError(thrown);
    throw error.code === 'code-timeout' ? columnsUnknown(node, error) : error.at({ nodeId: node.id });
  }
  const input = node.inputs.flatMap((port) => port.schema);
  if (found.size === 0) return { schema: input, warnings: [guessed(node, rows)] };
  const schema = [...found.values()].map(({ name, kind, cells }) => ({
    name,
    type: foundType(cells, kind, findColumn(input, name)),
  }));
  return { schema, warnings: [] };
}

interface FoundColumn {
  name: string;
  kind: OutputKind;
  cells: CarriedCell[];
}

function gather(found: Map<string, FoundColumn>, { columns, rows }: OutputBatch): void {
  for (const column of columns) {
    const known = found.get(column.name.toLowerCase());
    const cells = cellsOf(column, rows);
    if (!known) found.set(column.name.toLowerCase(), { name: column.name, kind: column.kind, cells });
    else {
      known.cells.push(...cells);
      if (known.kind === 'null') known.kind = column.kind;
    }
  }
}

function guessed(node: BoundNode, rows: number): Fault {
  const why = rows === 0 ? 'gave no row' : 'gave rows without columns';
  return {
    code: 'columns-guessed',
    severity: 'warning',
    message: `The code of "${node.name}" ${why} when it was tried, so its columns are taken to be those of its input`,
    hint: 'List the `columns` if that is wrong.',
    place: { nodeId: node.id },
  };
}

function columnsUnknown(node: BoundNode, cause: AppError): AppError {
  return new AppError(
    'columns-unknown',
    `The code of "${node.name}" took too long to be tried on a few rows.`,
    {
      hint: 'List the `columns`, then it is not tried.',
      nodeId: node.id,
      cause,
    },
  );
}
