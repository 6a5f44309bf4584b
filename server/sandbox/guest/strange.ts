import {
  bigintHeld,
  booleanHeld,
  getPrototypeOf,
  isArray,
  lookUp,
  numberHeld,
  plainObjects,
  textHeld,
} from './intrinsics.ts';

/** An object that holds its contents elsewhere than in its properties, and would come out empty. */
export interface Strange {
  words: string;
  hint: string | null;
}

const VALUES = 'Give plain objects, arrays, texts, numbers or dates.';

/** By their prototypes, taken before any foreign code runs, as are the functions in `intrinsics.ts`. */
const IN_CELLS: ReadonlyMap<object, Strange> = new Map(
  [
    ...['WeakMap', 'WeakSet', 'WeakRef', 'FinalizationRegistry', 'DataView', 'Symbol'].map(byName),
    ...['SuppressedError', 'DisposableStack', 'AsyncDisposableStack'].map(byName),
    ...Object.getOwnPropertyNames(Intl).map((name) =>
      known(Intl[name as keyof typeof Intl], `Intl.${name}`, VALUES),
    ),
    known(Promise, 'Promise', 'Wait for it: `await` it, or `await Promise.all(…)` where there are many.'),
    known(Map, 'Map', 'Make it an object: `Object.fromEntries(map)`.'),
    known(Set, 'Set', 'Make it an array: `[...set]`.'),
    known(RegExp, 'RegExp', 'Make it a text: `String(pattern)`.'),
    known(Error, 'Error', 'Give its message, or throw it.'),
    known(ArrayBuffer, 'ArrayBuffer', 'Make it an array: `[...new Uint8Array(buffer)]`.'),
    ...iterators(),
  ].filter((one) => one !== null),
);

const ROW = 'Return a plain object.';

const IN_ROWS: ReadonlyMap<object, Strange> = new Map<object, Strange>([
  [Date.prototype, { words: 'a Date', hint: 'Return a plain object with the date under a name.' }],
  [String.prototype, { words: 'a String object', hint: ROW }],
  [Number.prototype, { words: 'a Number object', hint: ROW }],
  [Boolean.prototype, { words: 'a Boolean object', hint: ROW }],
  [BigInt.prototype, { words: 'a BigInt object', hint: ROW }],
]);

const BOXES: ReadonlyMap<object, (box: unknown) => unknown> = new Map<object, (box: unknown) => unknown>([
  [Number.prototype, numberHeld],
  [String.prototype, textHeld],
  [Boolean.prototype, booleanHeld],
  [BigInt.prototype, bigintHeld],
]);

/** Objects as a rule: what they hold is in their properties. */
export function isPlain(value: object): boolean {
  return isArray(value) || getPrototypeOf(value) === plainObjects;
}

export function strangeKind(value: object): Strange | null {
  return foundAbove(value, IN_CELLS);
}

export function strangeRow(value: object): Strange | null {
  return foundAbove(value, IN_CELLS) ?? foundAbove(value, IN_ROWS);
}

/** The number, text, boolean or BigInt in an object round it (`Object(1)`); whatever else as it is. */
export function unboxed(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || isPlain(value)) return value;
  const held = foundAbove(value, BOXES);
  if (held === null) return value;
  try {
    return held(value);
  } catch {
    // It has the prototype and nothing in it.
    return value;
  }
}

/** What a value is, for a sentence. */
export function kindInWords(value: unknown): string {
  if (value === null) return 'null';
  if (isArray(value)) return 'an array';
  switch (typeof value) {
    case 'undefined':
      return 'nothing (undefined)';
    case 'object':
      return wordsFor(value);
    case 'function':
      return 'a function';
    default:
      return `a ${typeof value}`;
  }
}

function wordsFor(value: object): string {
  try {
    return strangeRow(value)?.words ?? 'an object';
  } catch {
    return 'an object';
  }
}

/** What is known of the nearest of a value's prototypes of which anything is. */
function foundAbove<T>(value: object, among: ReadonlyMap<object, T>): T | null {
  for (let at = getPrototypeOf(value); at !== null && at !== plainObjects; at = getPrototypeOf(at)) {
    const found = lookUp(among, at);
    if (found !== undefined) return found;
  }
  return null;
}

type Known = [prototype: object, strange: Strange];

/** Null where a JavaScript has no such class. */
function known(constructor: unknown, name: string, hint: string): Known | null {
  if (typeof constructor !== 'function' || typeof constructor.prototype !== 'object') return null;
  const words = `${/^[AEIOU]/.test(name) ? 'an' : 'a'} ${name}`;
  return [constructor.prototype as object, { words: name === 'Symbol' ? `${words} object` : words, hint }];
}

function byName(name: string): Known | null {
  return known((globalThis as Record<string, unknown>)[name], name, VALUES);
}

function iterators(): Known[] {
  const above = (value: object) => getPrototypeOf(getPrototypeOf(value) ?? {}) ?? {};
  const generator = async function* (): AsyncGenerator<never> {};
  const asynchronous = above(generator.prototype as object);
  return [
    [above([].values()), { words: 'an iterator', hint: 'Make it an array: `[...iterator]`.' }],
    [
      asynchronous,
      { words: 'an async iterator', hint: 'Make it an array: `await Array.fromAsync(iterator)`.' },
    ],
  ];
}
