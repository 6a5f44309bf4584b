// First of all: what is loaded after it finds nothing but what is watched.
import './chance.ts';
import { offerBridge, type Runner } from './bridge.ts';
import { bareList, isArray, isPrototypeOf, PromiseOfOurs } from './intrinsics.ts';
import { kindInWords } from './strange.ts';
import { OutputTable } from './table.ts';
import { Refusal, RowTrouble } from './trouble.ts';
import { rowMaker, unpack, type Cell } from './unpack.ts';

/** Runs a person's function on each row of a batch; rows come out in the order in which they went in. */
offerBridge((setup, code): Runner => {
  const [input] = setup.inputs;
  const columns = input?.columns ?? [];
  const makeRow = rowMaker(columns);
  let index = 0;
  let rowsOut = 0;
  return {
    map: async (batch, keep) => {
      const cells = bareList<Cell[]>();
      for (let at = 0; at < columns.length; at += 1) {
        const column = columns[at];
        if (column) cells[at] = unpack(column, batch.cells[at] ?? NO_CELLS, batch.rows);
      }
      const table = new OutputTable({ nanIsNull: false, firstRow: rowsOut });
      for (let row = 0; row < batch.rows; row += 1) {
        try {
          const given = code(makeRow(cells, row), index, setup.parameters);
          const result = isPending(given) ? await given : given;
          addResult(table, result);
        } catch (thrown) {
          throw new RowTrouble(thrown, index);
        }
        index += 1;
      }
      rowsOut += table.rows;
      keep(table);
    },
  };
});

const NO_CELLS = { nulls: null, numbers: null, text: null, lengths: null };

function isPending(value: unknown): value is Promise<unknown> {
  return isPrototypeOf(PromiseOfOurs.prototype, value);
}

function addResult(table: OutputTable, result: unknown): void {
  if (result === null) return;
  if (!isArray(result)) {
    refuseNothing(result);
    table.addRow(result);
    return;
  }
  for (let at = 0; at < result.length; at += 1) table.addRow((result as unknown[])[at]);
}

function refuseNothing(result: unknown): void {
  if (typeof result === 'object') return;
  throw new Refusal(
    'not-a-row',
    `The code returned ${kindInWords(result)}`,
    'Return a row, an array of rows, or null to leave the row out.',
  );
}
