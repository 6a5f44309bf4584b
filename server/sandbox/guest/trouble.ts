import { CODE_FILE, type CodeTrouble } from '../wire.ts';
import { execPattern, isNoPromise, Numeric, sliceText, Text } from './intrinsics.ts';

/**
 * A refusal of ours, told in the person's terms; never handed to the person's code. What it says is hidden, and it is
 * known by that alone: `instanceof` and plain properties can be spied on.
 */
export class Refusal extends Error {
  readonly #code: string;
  readonly #said: string;
  readonly #hint: string | null;

  static {
    isNoPromise(this.prototype);
  }

  constructor(code: string, message: string, hint: string | null = null) {
    super();
    this.#code = code;
    this.#said = message;
    this.#hint = hint;
  }

  static is(thrown: unknown): thrown is Refusal {
    return typeof thrown === 'object' && thrown !== null && #code in thrown;
  }

  trouble(where: string): CodeTrouble {
    return { code: this.#code, message: this.#said + where, hint: this.#hint, line: null, column: null };
  }
}

/** Whatever was thrown while the code ran on a row; `index` counts from 0. */
export class RowTrouble extends Error {
  readonly #thrown: unknown;
  readonly #index: number;

  static {
    isNoPromise(this.prototype);
  }

  constructor(thrown: unknown, index: number) {
    super();
    this.#thrown = thrown;
    this.#index = index;
  }

  static is(thrown: unknown): thrown is RowTrouble {
    return typeof thrown === 'object' && thrown !== null && #index in thrown;
  }

  trouble(): CodeTrouble {
    return troubleAt(this.#thrown, ` (on row ${this.#index + 1})`);
  }
}

const POSITION = new RegExp(`${CODE_FILE.replace('.', '\\.')}:(\\d+):(\\d+)`);

/**
 * What was thrown, as plain texts. Whatever the thrown value does when it is looked at (a getter that throws, a proxy)
 * ends in a message of its own.
 */
export function troubleOf(thrown: unknown): CodeTrouble {
  return RowTrouble.is(thrown) ? thrown.trouble() : troubleAt(thrown, '');
}

function troubleAt(thrown: unknown, where: string): CodeTrouble {
  if (Refusal.is(thrown)) return thrown.trouble(where);
  try {
    return thrownTrouble(thrown, where);
  } catch {
    return {
      code: 'code-failed',
      message: `The code threw something that cannot be read${where}.`,
      hint: null,
      line: null,
      column: null,
    };
  }
}

const LONGEST_MESSAGE = 2000;

function thrownTrouble(thrown: unknown, where: string): CodeTrouble {
  const parts = typeof thrown === 'object' && thrown !== null ? (thrown as Partial<Error>) : null;
  const name = textOr(parts?.name, null);
  const text = textOr(parts?.message, null) ?? Text(thrown);
  const said = name === null ? text : `${name}: ${text}`;
  const at = execPattern(POSITION, textOr(parts?.stack, ''));
  const message = said.length > LONGEST_MESSAGE ? `${sliceText(said, 0, LONGEST_MESSAGE)}…` : said;
  return {
    code: 'code-failed',
    message: message + where,
    hint: null,
    line: at ? Numeric(at[1]) : null,
    column: at ? Numeric(at[2]) : null,
  };
}

/** A property is looked up once: a getter may say something else the next time. */
function textOr<T>(value: unknown, otherwise: T): string | T {
  return typeof value === 'string' ? value : otherwise;
}
