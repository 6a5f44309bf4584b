/**
 * The language's own functions, taken before any foreign code runs in this realm: what a person's code does to
 * prototypes and globals later does not reach the code that packs its result.
 */
const { apply, getPrototypeOf } = Reflect;

/** `method.call(self, ...)` without looking `call` up where it may have been replaced. */
function uncurried<Self, Args extends unknown[], Result>(
  method: (this: Self, ...args: Args) => Result,
): (self: Self, ...args: Args) => Result {
  return (self, ...args) => apply<Self, Args, Result>(method, self, args);
}

/* eslint-disable @typescript-eslint/unbound-method -- taken off their prototypes on purpose, to be called by `apply` */
export const joinTexts = uncurried<string[], [string], string>(Array.prototype.join);
export const sliceText = uncurried<string, [number, number], string>(String.prototype.slice);
export const isWellFormed = uncurried(String.prototype.isWellFormed);
export const dateTime = uncurried(Date.prototype.getTime);
export const bigintText = uncurried<bigint, [], string>(BigInt.prototype.toString);
export const mapGet = uncurried<Map<string, number>, [string], number | undefined>(Map.prototype.get);
export const mapSet = uncurried<Map<string, number>, [string, number], unknown>(Map.prototype.set);
export const execPattern = uncurried(RegExp.prototype.exec);
/* eslint-enable @typescript-eslint/unbound-method */

export const isArray = Array.isArray;
export const objectKeys = Object.keys;
export const defineProperty = Object.defineProperty;
export const isSafeInteger = Number.isSafeInteger;
export const isNotANumber = Number.isNaN;
export const stringifyJson = JSON.stringify;
export const parseJson = JSON.parse;
export const Text = String;
export const Big = BigInt;
export const NumberMap = Map<string, number>;
export { getPrototypeOf };
