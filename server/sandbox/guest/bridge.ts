import { BATCH_ROWS, type CodeTrouble, type InputBatch, type OutputBatch, type Setup } from '../wire.ts';
import { OutputTable } from './pack.ts';
import { connect, install, type Outside } from './surroundings.ts';
import { troubleOf } from './trouble.ts';

/** What the sandbox process calls in the isolate. Nothing is thrown across: every answer is data of our making. */
export interface Bridge {
  connect: (log: Outside['log'], wait: Outside['wait']) => void;
  fire: (timer: number) => void;
  /** `code` is the person's function, compiled by the process, which knows its text. */
  open: (setup: Setup, code: (...args: unknown[]) => unknown) => Answer<null> | Promise<Answer<null>>;
  load: (input: number, batch: InputBatch) => Answer<null>;
  run: () => Promise<Answer<number>>;
  map: (batch: InputBatch) => Promise<Answer<number>>;
  take: () => Answer<OutputBatch | null>;
}

/** Without a prototype, on which foreign code might put a `then` that intercepts it. */
export type Answer<T> = { __proto__: null } & ({ ok: true; value: T } | { ok: false; trouble: CodeTrouble });

/** A way of running code: over whole frames, or row by row. */
export interface Runner {
  load?: (input: number, batch: InputBatch) => void;
  run?: () => Promise<OutputTable>;
  map?: (batch: InputBatch) => Promise<OutputTable>;
}

export type MakeRunner = (setup: Setup, code: (...args: unknown[]) => unknown) => Runner;

const NOT_HERE = 'This isolate was not set up for that.';

/** Lays out the globals and leaves the bridge under a name that the process takes away before any foreign code runs. */
export function offerBridge(makeRunner: MakeRunner): void {
  const scope = globalThis as unknown as Record<string, unknown>;
  const { fire } = install(scope);
  let runner: Runner = {};
  let output = new OutputTable({ nanIsNull: false, firstRow: 0 });
  let taken = 0;
  const keep = (table: OutputTable): number => {
    output = table;
    taken = 0;
    return table.rows;
  };
  const bridge: Bridge = {
    connect: (log, wait) => {
      connect({ log, wait });
    },
    fire,
    open: (setup, code) =>
      guarded(() => {
        runner = makeRunner(setup, code);
        return null;
      }),
    load: (input, batch) =>
      guarded(() => {
        if (!runner.load) throw new TypeError(NOT_HERE);
        runner.load(input, batch);
        return null;
      }),
    run: () => guardedAsync(async () => keep(await required(runner.run)())),
    map: (batch) => guardedAsync(async () => keep(await required(runner.map)(batch))),
    take: () =>
      guarded(() => {
        // A result without rows still has its columns: one empty batch tells them.
        if (taken >= output.rows && taken > 0) return null;
        const to = Math.min(output.rows, taken + BATCH_ROWS);
        const batch = output.pack(taken, to);
        taken = Math.max(to, 1);
        return batch;
      }),
  };
  scope.sluiceBridge = bridge;
}

function required<T>(method: T | undefined): T {
  if (!method) throw new TypeError(NOT_HERE);
  return method;
}

function guarded<T>(work: () => T): Answer<T> {
  try {
    return { __proto__: null, ok: true, value: work() };
  } catch (thrown) {
    return { __proto__: null, ok: false, trouble: troubleOf(thrown) };
  }
}

async function guardedAsync<T>(work: () => Promise<T>): Promise<Answer<T>> {
  try {
    return { __proto__: null, ok: true, value: await work() };
  } catch (thrown) {
    return { __proto__: null, ok: false, trouble: troubleOf(thrown) };
  }
}
