import { CODE_FILE, type CodeTrouble } from '../wire.ts';
import { execPattern, Text } from './intrinsics.ts';

/** A refusal of ours, told in the person's terms; never handed to the person's code. */
export class Refusal extends Error {
  readonly code: string;
  readonly hint: string | null;

  constructor(code: string, message: string, hint: string | null = null) {
    super(message);
    this.code = code;
    this.hint = hint;
  }
}

/** Whatever was thrown while the code ran on a row; `index` counts from 0. */
export class RowTrouble extends Error {
  readonly thrown: unknown;
  readonly index: number;

  constructor(thrown: unknown, index: number) {
    super();
    this.thrown = thrown;
    this.index = index;
  }
}

const POSITION = new RegExp(`${CODE_FILE.replace('.', '\\.')}:(\\d+):(\\d+)`);

/**
 * What was thrown, as plain texts. Whatever the thrown value does when it is looked at (a getter that throws, a proxy)
 * ends in a message of its own.
 */
export function troubleOf(thrown: unknown): CodeTrouble {
  return thrown instanceof RowTrouble
    ? troubleAt(thrown.thrown, ` (on row ${thrown.index + 1})`)
    : troubleAt(thrown, '');
}

function troubleAt(thrown: unknown, where: string): CodeTrouble {
  if (thrown instanceof Refusal) {
    return {
      code: thrown.code,
      message: thrown.message + where,
      hint: thrown.hint,
      line: null,
      column: null,
    };
  }
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
  const name = parts && typeof parts.name === 'string' ? parts.name : null;
  const text = parts && typeof parts.message === 'string' ? parts.message : Text(thrown);
  const said = name === null ? `${text}` : `${name}: ${text}`;
  const stack = parts && typeof parts.stack === 'string' ? parts.stack : '';
  const at = execPattern(POSITION, stack);
  const message = said.length > LONGEST_MESSAGE ? `${said.slice(0, LONGEST_MESSAGE)}…` : said;
  return {
    code: 'code-failed',
    message: message + where,
    hint: null,
    line: at ? Number(at[1]) : null,
    column: at ? Number(at[2]) : null,
  };
}
