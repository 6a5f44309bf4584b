/**
 * What crosses between the runner, the sandbox process and the isolate inside it: whole columns, packed so that
 * their size is plain (a typed array, one long text), never a person's objects.
 */

/** What a cell of an input column is in JavaScript; `integer` is a number that the DataFrame labels int32. */
export type InputKind = 'integer' | 'number' | 'boolean' | 'text' | 'json';

export interface InputColumn {
  name: string;
  kind: InputKind;
}

/**
 * One column of a batch. Numbers, booleans (0 and 1) and instants (milliseconds) stand in `numbers`; everything else is
 * text, end to end in `text`, with the length of each cell (UTF-16 units) in `lengths`.
 */
export interface PackedCells {
  /** 1 where the cell is NULL; absent where none is. */
  nulls: Uint8Array | null;
  numbers: Float64Array | null;
  text: string | null;
  lengths: Uint32Array | null;
}

export interface InputBatch {
  rows: number;
  /** In the order of the input's columns. */
  cells: PackedCells[];
}

/** What the cells of an output column are; `null` where every one of them is NULL. `bigint` and `json` are text. */
export const OUTPUT_KINDS = ['null', 'number', 'boolean', 'text', 'bigint', 'date', 'json'] as const;
export type OutputKind = (typeof OUTPUT_KINDS)[number];

export interface OutputColumn extends PackedCells {
  name: string;
  kind: OutputKind;
}

export interface OutputBatch {
  rows: number;
  columns: OutputColumn[];
}

/** A batch of a result. */
export interface ResultBatch extends OutputBatch {
  /** The code has asked chance or the clock by now, so that these rows and those after them may be others the next time. */
  usedChance: boolean;
}

/** `frame`: all rows at once, as DataFrames. `rows`: row by row, batch after batch. */
export type CodeForm = 'frame' | 'rows';

/** A parameter as code sees it. */
export type CodeParameter = string | number | boolean | null | (string | number | boolean)[];

/** What an isolate is set up for. */
export interface Setup {
  form: CodeForm;
  code: string;
  parameters: Record<string, CodeParameter>;
  /** `frame`: the merged input (`df`) is the one without a name, its parts have one. `rows`: just the merged input. */
  inputs: { name: string | null; columns: InputColumn[] }[];
  memoryLimitMb: number;
}

/** The runner's questions to the sandbox process; each is answered once, under its number. */
export type Question =
  | { ask: 'open'; setup: Setup }
  /** More rows of an input; only for `frame`. */
  | { ask: 'load'; input: number; batch: InputBatch }
  /** Runs the code over what was loaded, and answers with how many rows came out. */
  | { ask: 'run' }
  /** The next rows of what came out; null when there are no more. */
  | { ask: 'take' }
  /** Runs the code on each row; only for `rows`. */
  | { ask: 'map'; batch: InputBatch }
  | { ask: 'close' };

export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** What went wrong in the code or with its result. Lines count from the code's own first. */
export interface CodeTrouble {
  code: string;
  message: string;
  hint: string | null;
  line: number | null;
  column: number | null;
}

export type ToSandbox = Question & { id: number };
export type FromSandbox =
  | { kind: 'ready' }
  | { kind: 'answer'; id: number; answer: unknown }
  | { kind: 'trouble'; id: number; trouble: CodeTrouble }
  | { kind: 'log'; level: LogLevel; text: string };

/** Lines of a run's console that are passed on; the rest is dropped. */
export const MOST_LOG_LINES = 1000;
/** A longer line is cut. */
export const LONGEST_LOG_LINE = 4000;
/** Columns that a result may have. */
export const MOST_COLUMNS = 2000;
export const LONGEST_COLUMN_NAME = 500;
/** Rows of a batch that comes out: bounds what is in flight. */
export const BATCH_ROWS = 20_000;
/** Characters of text after which such a batch ends before that; one row alone may have more. */
export const BATCH_TEXT = 16_000_000;
/** Characters that one value that comes out may have. */
export const LONGEST_TEXT = 64_000_000;
/** Characters that all values of a row may have together; the runner takes no batch of many more. */
export const LONGEST_ROW = 80_000_000;
/** The name under which the code appears in stack traces. */
export const CODE_FILE = 'code.js';
