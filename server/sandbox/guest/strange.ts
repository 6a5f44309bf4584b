import { getPrototypeOf, isPrototypeOf } from './intrinsics.ts';

/** An object that holds its contents elsewhere than in its properties, and would come out empty. */
export interface Strange {
  words: string;
  hint: string | null;
}

type Known = readonly [prototype: object, words: string, hint: string | null];

const VALUES = 'Give plain objects, arrays, texts, numbers or dates.';

/** Taken before any foreign code runs, as are the functions in `intrinsics.ts`. */
const IN_CELLS: readonly Known[] = [
  [
    Promise.prototype,
    'a Promise',
    'Wait for it: `await` it, or `await Promise.all(…)` where there are many.',
  ],
  [Map.prototype, 'a Map', 'Make it an object: `Object.fromEntries(map)`.'],
  [Set.prototype, 'a Set', 'Make it an array: `[...set]`.'],
  [WeakMap.prototype, 'a WeakMap', VALUES],
  [WeakSet.prototype, 'a WeakSet', VALUES],
  [RegExp.prototype, 'a RegExp', 'Make it a text: `String(pattern)`.'],
  [Error.prototype, 'an Error', 'Give its message, or throw it.'],
  [ArrayBuffer.prototype, 'an ArrayBuffer', 'Make it an array: `[...new Uint8Array(buffer)]`.'],
  [DataView.prototype, 'a DataView', VALUES],
  [iteratorPrototype(), 'an iterator', 'Make it an array: `[...iterator]`.'],
];

const ROW = 'Return a plain object.';

const IN_ROWS: readonly Known[] = [
  [Date.prototype, 'a Date', 'Return a plain object with the date under a name.'],
  [String.prototype, 'a String object', ROW],
  [Number.prototype, 'a Number object', ROW],
  [Boolean.prototype, 'a Boolean object', ROW],
];

export function strangeKind(value: object): Strange | null {
  return found(IN_CELLS, value);
}

export function strangeRow(value: object): Strange | null {
  return found(IN_CELLS, value) ?? found(IN_ROWS, value);
}

function found(known: readonly Known[], value: object): Strange | null {
  for (let at = 0; at < known.length; at += 1) {
    const one = known[at];
    if (one && isPrototypeOf(one[0], value)) return { words: one[1], hint: one[2] };
  }
  return null;
}

function iteratorPrototype(): object {
  return getPrototypeOf(getPrototypeOf([].values()) ?? {}) ?? {};
}
