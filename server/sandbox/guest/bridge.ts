import type { CodeTrouble, InputBatch, ResultBatch, Setup } from '../wire.ts';
import { forgetChance, usedChance } from './chance.ts';
import { freeze, PromiseOfOurs, steadfast } from './intrinsics.ts';
import { OutputTable } from './table.ts';
import { connect, install, type Outside } from './surroundings.ts';
import { troubleOf } from './trouble.ts';

/** What the sandbox process calls in the isolate. Nothing is thrown across: every answer is data of our making. */
export interface Bridge {
  connect: (log: Outside['log'], wait: Outside['wait'], unwait: Outside['unwait']) => void;
  fire: (timer: number) => void;
  /** `code` is the person's function, compiled by the process, which knows its text. */
  open: (setup: Setup, code: (...args: unknown[]) => unknown) => Answer<null> | Promise<Answer<null>>;
  load: (input: number, batch: InputBatch) => Answer<null>;
  run: () => Promise<Answer<number>>;
  map: (batch: InputBatch) => Promise<Answer<number>>;
  take: () => Answer<ResultBatch | null>;
}

/** Without a prototype, on which foreign code might put a `then` that intercepts it. */
export type Answer<T> = { __proto__: null } & ({ ok: true; value: T } | { ok: false; trouble: CodeTrouble });

/** Takes what came out. A promise would show it to foreign code, by the `then` that is looked up on what resolves one. */
export type Keep = (table: OutputTable) => void;

/** A way of running code: over whole frames, or row by row. */
export interface Runner {
  load?: (input: number, batch: InputBatch) => void;
  run?: (keep: Keep) => Promise<void>;
  map?: (batch: InputBatch, keep: Keep) => Promise<void>;
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
  const keep: Keep = (table) => {
    output = table;
    taken = 0;
  };
  const counted = (work: () => Promise<void>) => guardedAsync(work, () => output.rows);
  const bridge: Bridge = {
    connect: (log, wait, unwait) => {
      connect({ log, wait, unwait });
    },
    fire,
    open: (setup, code) =>
      guarded(() => {
        runner = makeRunner(setup, code);
        forgetChance();
        return null;
      }),
    load: (input, batch) =>
      guarded(() => {
        if (!runner.load) throw new TypeError(NOT_HERE);
        runner.load(input, batch);
        return null;
      }),
    run: () => counted(() => required(runner.run)(keep)),
    map: (batch) => counted(() => required(runner.map)(batch, keep)),
    take: () =>
      guarded(() => {
        // A result without rows still has its columns: one empty batch tells them.
        if (taken >= output.rows && taken > 0) return null;
        const to = output.batchEnd(taken);
        const batch = output.pack(taken, to);
        taken = to > 0 ? to : 1;
        return { ...batch, usedChance: usedChance() };
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
    return done(work());
  } catch (thrown) {
    return failed(thrown);
  }
}

/** Neither the work's own promise, which may reject with what is ours, nor the answer's is shown to foreign code. */
function guardedAsync<T>(work: () => Promise<void>, value: () => T): Promise<Answer<T>> {
  const answer = async (): Promise<Answer<T>> => {
    try {
      await steadfast(work(), PromiseOfOurs);
      return done(value());
    } catch (thrown) {
      return failed(thrown);
    }
  };
  return steadfast(answer());
}

/** Frozen: whoever gets hold of an answer on its way cannot change it. */
function done<T>(value: T): Answer<T> {
  return freeze<Answer<T>>({ __proto__: null, ok: true, value });
}

function failed(thrown: unknown): Answer<never> {
  return freeze<Answer<never>>({ __proto__: null, ok: false, trouble: freeze(troubleOf(thrown)) });
}
