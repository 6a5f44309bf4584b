import { apply, construct } from './intrinsics.ts';

/**
 * Notes whether the code asked chance or the clock, so that its rows may be others the next time. Whatever in the language
 * answers such a question is replaced by one that notes it first, before any other code runs in this realm: by the names
 * in a text alone it cannot be told (`Math['ran' + 'dom']`). The note is kept here, where the code cannot reach it.
 */
let used = false;

export function noteChance(): void {
  used = true;
}

export function usedChance(): boolean {
  return used;
}

/** What was noted while the surroundings were laid out is nothing that the code did. */
export function forgetChance(): void {
  used = false;
}

type Callable = (...args: never[]) => unknown;

/** A function or class that notes each call that `asks`. Otherwise it is the same, down to its prototype and its name. */
function watched<F extends Callable>(real: F, asks: (args: ArrayLike<unknown>) => boolean): F {
  // Without a prototype: a property that foreign code puts on all objects would be a trap here.
  const handler: ProxyHandler<F> & { __proto__: null } = {
    __proto__: null,
    apply: (target, self, args) => {
      // `Date(2020)` is today.
      noteChance();
      return apply(target, self, args) as unknown;
    },
    construct: (target, args, asked) => {
      if (asks(args)) noteChance();
      return construct(target, args, asked) as object;
    },
  };
  return new Proxy(real, handler);
}

const always = () => true;

/** Puts the watched one where the real one was, and lets its instances know it as their constructor. */
function watchClass(on: object, name: string, asks: (args: ArrayLike<unknown>) => boolean = always): void {
  const real = (on as Record<string, unknown>)[name];
  if (typeof real !== 'function') return;
  const ours = watched(real as Callable, asks);
  Object.defineProperty(on, name, { value: ours });
  Object.defineProperty(real.prototype as object, 'constructor', { value: ours });
}

function watchFunctions(on: object, names: readonly string[]): void {
  for (const name of names) {
    const real = (on as Record<string, unknown>)[name];
    if (typeof real === 'function')
      Object.defineProperty(on, name, { value: watched(real as Callable, always) });
  }
}

function watchAll(): void {
  const scope = globalThis as unknown as Record<string, object | undefined>;
  watchFunctions(Math, ['random']);
  watchFunctions(Date, ['now']);
  watchClass(scope, 'Date', ({ length }) => length === 0);
  // It formats the time of day when it is given none.
  watchClass(Intl, 'DateTimeFormat');
  // When something is collected is chance.
  watchClass(scope, 'WeakRef');
  watchClass(scope, 'FinalizationRegistry');
  const now = (scope.Temporal as { Now?: object } | undefined)?.Now;
  if (now) watchFunctions(now, Object.getOwnPropertyNames(now));
}

watchAll();
