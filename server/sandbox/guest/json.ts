import {
  bareList,
  dateTime,
  execPattern,
  isArray,
  isFiniteNumber,
  isNoPromise,
  isNotANumber,
  Numeric,
  sliceText,
  stringifyJson,
  typedArrayLength,
  typedArrayName,
} from './intrinsics.ts';
import { isPlain, kindInWords, strangeKind, unboxed } from './strange.ts';
import { holds, type Where } from './texts.ts';
import { Refusal } from './trouble.ts';
import type { Cell } from './unpack.ts';

/** An object that has become JSON. */
export class JsonText {
  readonly #text: string;

  static {
    isNoPromise(this.prototype);
  }

  constructor(text: string) {
    this.#text = text;
  }

  static of(cell: Cell): string | null {
    return typeof cell === 'object' && cell !== null && #text in cell ? cell.#text : null;
  }
}

/** A cell as JSON. What JSON would leave out, or make something else of without a word, is refused at any depth. */
export function jsonOf(cell: Cell, where: Where): string {
  const known = JsonText.of(cell);
  if (known !== null) return known;
  let text: unknown;
  try {
    text = stringifyJson(cell, function (this: unknown, key: string, value: unknown) {
      return inJson(value, { holder: this, key, where });
    });
  } catch (thrown) {
    if (Refusal.is(thrown)) throw thrown;
    throw new Refusal(
      'value-not-data',
      `${holds(where)} an object that is no JSON (${messageOf(thrown)})`,
      'Give plain objects and arrays, without cycles and BigInts.',
    );
  }
  if (typeof text !== 'string')
    throw new Refusal('value-not-data', `${holds(where)} an object that is no JSON`);
  return withoutHalves(text, where);
}

/** Where a value stands: under a key of its holder, which for the whole cell is empty. */
interface Spot {
  holder: unknown;
  key: string;
  where: Where;
}

function inJson(value: unknown, spot: Spot): unknown {
  switch (typeof value) {
    case 'number':
      return isFiniteNumber(value) ? value : noNumber(value, spot);
    case 'function':
    case 'symbol':
      throw notData(kindInWords(value), spot);
    case 'object':
      if (value === null) return nullOf(spot);
      return isPlain(value) ? value : unusual(value, spot);
    default:
      return value;
  }
}

function unusual(value: object, spot: Spot): unknown {
  if (typedArrayName(value) !== undefined) return elementsOf(value);
  const held = unboxed(value);
  if (held !== value) return inJson(held, spot);
  const strange = strangeKind(value);
  if (strange === null) return value;
  throw notData(strange.words, spot, strange.hint);
}

function noNumber(value: number, spot: Spot): null {
  if (spot.where.nanIsNull && isNotANumber(value)) return null;
  throw new Refusal(
    'value-not-data',
    `${holds(spot.where)} an object with the number ${value}${inWords(spot)}, which JSON has not`,
    'Give null where there is no number.',
  );
}

/** A null, unless it is what an invalid date has made of itself. */
function nullOf(spot: Spot): null {
  const own = (spot.holder as Record<string, unknown>)[spot.key];
  if (typeof own !== 'object' || own === null || isPlain(own) || !isInvalidDate(own)) return null;
  throw new Refusal(
    'invalid-date',
    `${holds(spot.where)} an invalid date${inWords(spot)}`,
    'Give null where there is no date.',
  );
}

function isInvalidDate(value: object): boolean {
  try {
    return isNotANumber(dateTime(value));
  } catch {
    return false;
  }
}

function notData(words: string, spot: Spot, hint: string | null = null): Refusal {
  return new Refusal(
    'value-not-data',
    `${holds(spot.where)} ${words}${inWords(spot)}, which is no data`,
    hint,
  );
}

/** Where in a cell a value stands; of the whole cell there is nothing to say. */
function inWords({ holder, key }: Spot): string {
  if (key === '') return '';
  return isArray(holder) ? ` at [${key}]` : ` under ${stringifyJson(sliceText(key, 0, 100))}`;
}

function elementsOf(value: object): unknown[] {
  const length = Numeric(typedArrayLength(value));
  const elements = bareList(length);
  for (let at = 0; at < length; at += 1) elements[at] = (value as unknown[])[at];
  return elements;
}

/** JSON writes half of a surrogate pair as `\ud8…`, also in keys, and nothing else like that: other backslashes come in pairs. */
const HALF = /(?<!\\)(?:\\\\)*\\ud/;

function withoutHalves(text: string, where: Where): string {
  if (execPattern(HALF, text) === null) return text;
  throw new Refusal(
    'value-not-text',
    `${holds(where)} an object with a text that is no Unicode (half of a surrogate pair)`,
  );
}

const FIRST_LINE = /^[^\n]*/;

function messageOf(thrown: unknown): string {
  try {
    const { message } = thrown as Error;
    if (typeof message !== 'string') return 'it threw';
    return execPattern(FIRST_LINE, sliceText(message, 0, 200))?.[0] ?? '';
  } catch {
    return 'it threw';
  }
}
