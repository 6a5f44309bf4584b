/**
 * The language's own functions, taken before any foreign code runs in this realm: what a person's code does to
 * prototypes and globals later does not reach the code that packs its result.
 */
const { apply, construct, getPrototypeOf, setPrototypeOf } = Reflect;
export { apply, construct };

/** `method.call(self, ...)` without looking `call` up where it may have been replaced. */
function uncurried<Self, Args extends unknown[], Result>(
  method: (this: Self, ...args: Args) => Result,
): (self: Self, ...args: Args) => Result {
  return (self, ...args) => apply<Self, Args, Result>(method, self, args);
}

/** The function behind a property that is computed. */
function getterOf(prototype: object, name: PropertyKey): (this: unknown) => unknown {
  const found = Object.getOwnPropertyDescriptor(prototype, name);
  // eslint-disable-next-line @typescript-eslint/unbound-method -- to be called by `apply`, as the others below
  return found?.get ?? (() => undefined);
}

const typedArrays = getPrototypeOf(Uint8Array.prototype) ?? {};

/* eslint-disable @typescript-eslint/unbound-method -- taken off their prototypes on purpose, to be called by `apply` */
export const joinTexts = uncurried<string[], [string], string>(Array.prototype.join);
export const sliceText = uncurried<string, [number, number], string>(String.prototype.slice);
export const isWellFormed = uncurried(String.prototype.isWellFormed);
export const dateTime = uncurried(Date.prototype.getTime);
export const bigintText = uncurried<bigint, [], string>(BigInt.prototype.toString);
export const mapGet = uncurried<Map<string, number>, [string], number | undefined>(Map.prototype.get);
export const mapSet = uncurried<Map<string, number>, [string, number], unknown>(Map.prototype.set);
export const execPattern = uncurried(RegExp.prototype.exec);
/** What an object holds in its own slot; they throw for what has none. */
export const numberHeld = uncurried<unknown, [], number>(Number.prototype.valueOf);
export const textHeld = uncurried<unknown, [], string>(String.prototype.valueOf);
export const booleanHeld = uncurried<unknown, [], boolean>(Boolean.prototype.valueOf);
export const bigintHeld = uncurried<unknown, [], bigint>(BigInt.prototype.valueOf);
const getOfMap = uncurried<Map<object, unknown>, [object], unknown>(Map.prototype.get);
export const isPrototypeOf = uncurried<object, [unknown], boolean>(
  Object.prototype.isPrototypeOf as (this: object, of: unknown) => boolean,
);
/* eslint-enable @typescript-eslint/unbound-method */

/** What a map of ours has for an object. */
export function lookUp<T>(map: ReadonlyMap<object, T>, key: object): T | undefined {
  return getOfMap(map as Map<object, T>, key) as T | undefined;
}

/** By their own slots, which no prototype can pretend; undefined for what is no typed array. */
export const typedArrayName = uncurried<unknown, [], unknown>(getterOf(typedArrays, Symbol.toStringTag));
export const typedArrayLength = uncurried<unknown, [], unknown>(getterOf(typedArrays, 'length'));

export const isArray = Array.isArray;
export const objectKeys = Object.keys;
export const freeze = Object.freeze;
export const isSafeInteger = Number.isSafeInteger;
export const isNotANumber = Number.isNaN;
export const isFiniteNumber = Number.isFinite;
export const stringifyJson = JSON.stringify;
export const parseJson = JSON.parse;
export const Text = String;
export const Numeric = Number;
export const Big = BigInt;
const List = Array;
export const Bytes = Uint8Array;
export const Words = Uint32Array;
export const Doubles = Float64Array;
export const NumberMap = Map<string, number>;
export const PromiseOfOurs = Promise;
export const plainObjects = Object.prototype;
export { getPrototypeOf };

const { defineProperty: define } = Object;

/** A description of a property, without a prototype on which a `get` or `set` might have been put. */
function bare(description: PropertyDescriptor): PropertyDescriptor {
  setPrototypeOf(description, null);
  return description;
}

/** Gives an object a property of its own, so that no setter on a prototype is asked. */
export function put(to: object, key: PropertyKey, value: unknown): void {
  define(to, key, bare({ value, writable: true, enumerable: true, configurable: true }));
}

/** A list to which elements can be assigned: it has no prototype whose setters and getters for them were asked. */
export function bareList<T>(length = 0): T[] {
  const list = new List<T>(length);
  setPrototypeOf(list, null);
  return list;
}

/** Says once and for all that instances of a class are no promises, so that nobody asks Object.prototype about it. */
export function isNoPromise(prototype: object): void {
  define(prototype, 'then', bare({ value: undefined }));
}

/**
 * A promise that is waited for without asking foreign code: what it resolves to would be theirs by way of a replaced
 * `constructor` or `then`. `await` wants the real constructor, whoever calls `then` wants none.
 */
export function steadfast<T>(promise: Promise<T>, constructor?: PromiseConstructor): Promise<T> {
  void define(promise, 'constructor', bare({ value: constructor }));
  return promise;
}
