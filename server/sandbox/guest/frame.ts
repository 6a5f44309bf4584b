// First of all: what is loaded after it finds nothing but what is watched.
import './chance.ts';
import * as dfd from 'danfojs-node';
import type { InputBatch, InputKind, Setup } from '../wire.ts';
import { offerBridge, type Runner } from './bridge.ts';
import { bareList, getPrototypeOf, isArray, isNotANumber } from './intrinsics.ts';
import { kindInWords } from './strange.ts';
import { OutputTable } from './table.ts';
import { Refusal } from './trouble.ts';
import { unpack, type Cell } from './unpack.ts';

/** What the library keeps in a frame or series, under names that no column can take (see `keepMembersReachable`). */
interface Internals {
  $data: Cell[] | Cell[][];
  $columns: string[] | string;
  $isSeries: boolean;
}

const { DataFrame, NDframe } = dfd;
const INTERNAL = /^\$/;

keepMembersReachable();

/** Runs a person's function once, over DataFrames of all rows. */
offerBridge((setup, code): Runner => {
  const inputs = setup.inputs.map((input) => new LoadedInput(input.columns));
  return {
    load: (at, batch) => {
      inputs[at]?.add(batch);
    },
    run: async (keep) => {
      let df: unknown;
      const byName: Record<string, unknown> = {};
      for (const [at, { name }] of setup.inputs.entries()) {
        if (name === null) df = inputs[at]?.frame();
        else byName[name] = inputs[at]?.frame();
      }
      keep(tableOf(await code(df, byName, setup.parameters, dfd)));
    },
  };
});

const DTYPES: Record<InputKind, string> = {
  integer: 'int32',
  number: 'float32',
  boolean: 'boolean',
  text: 'string',
  json: 'undefined',
};

/** Rows that arrive in batches, whole columns at a time, and become one frame. */
class LoadedInput {
  readonly #columns: Setup['inputs'][number]['columns'];
  readonly #rows: Cell[][] = [];

  constructor(columns: Setup['inputs'][number]['columns']) {
    const taken = columns.find(({ name }) => INTERNAL.test(name));
    if (taken) {
      throw new Refusal(
        'column-name-taken',
        `A DataFrame cannot have a column "${taken.name}": names with $ are its own`,
        'Rename the column in a select before this node.',
      );
    }
    this.#columns = columns;
  }

  add(batch: InputBatch): void {
    const cells = this.#columns.map((column, at) => {
      const packed = batch.cells[at];
      return packed ? unpack(column, packed, batch.rows) : [];
    });
    for (let row = 0; row < batch.rows; row += 1) {
      const values = new Array<Cell>(cells.length);
      for (let at = 0; at < cells.length; at += 1) {
        const value = cells[at]?.[row];
        // Sorting and grouping go wrong over NaN; NULL is what they know.
        values[at] = typeof value === 'number' && isNotANumber(value) ? null : value;
      }
      this.#rows.push(values);
    }
  }

  /** Rows as arrays with named columns: the one way of making a frame in which neither order nor types are guessed. */
  frame(): InstanceType<typeof DataFrame> {
    return new DataFrame(this.#rows, {
      columns: this.#columns.map(({ name }) => name),
      dtypes: this.#columns.map(({ kind }) => DTYPES[kind]),
    });
  }
}

/**
 * The library gives a frame a property for each column, also where that hides its own (`index`, `values`, `shape`,
 * `count`) and so breaks it. Such columns are read by `df.column(name)` instead.
 */
function keepMembersReachable(): void {
  interface Frame extends Internals {
    columns: string[];
    $setInternalColumnDataProperty: (column?: string) => void;
  }
  // Grouping and merging give frames of the class below the exported one.
  const prototype = getPrototypeOf(DataFrame.prototype) as Frame;
  const define = prototype.$setInternalColumnDataProperty;
  prototype.$setInternalColumnDataProperty = function (this: Frame, column?: string) {
    for (const name of column === undefined ? this.columns : [column]) {
      if (!(name in prototype) && !Object.hasOwn(this, name)) define.call(this, name);
    }
  };
}

function tableOf(result: unknown): OutputTable {
  const table = new OutputTable({ nanIsNull: true, firstRow: 0 });
  if (result instanceof NDframe) {
    const { $data, $columns, $isSeries } = result as unknown as Internals;
    const names = isArray($columns) ? $columns : [$columns];
    if ($isSeries) addSeries(table, names, $data);
    else addRows(table, names, $data as Cell[][]);
  } else if (isArray(result)) {
    for (let at = 0; at < result.length; at += 1) table.addRow((result as unknown[])[at]);
  } else {
    throw new Refusal(
      'not-a-frame',
      `The code returned ${kindInWords(result)}`,
      'Return a DataFrame, a Series or an array of rows.',
    );
  }
  return table;
}

function addRows(table: OutputTable, names: readonly string[], rows: readonly Cell[][]): void {
  for (let at = 0; at < names.length; at += 1) table.declare(names[at] ?? '');
  for (let at = 0; at < rows.length; at += 1) table.addCells(rows[at] ?? [], names);
}

function addSeries(table: OutputTable, names: readonly string[], cells: readonly Cell[]): void {
  const row = bareList<Cell>(1);
  for (let at = 0; at < names.length; at += 1) table.declare(names[at] ?? '');
  for (let at = 0; at < cells.length; at += 1) {
    row[0] = cells[at];
    table.addCells(row, names);
  }
}
