import { LONGEST_TEXT } from '../wire.ts';
import { isWellFormed } from './intrinsics.ts';
import { Refusal } from './trouble.ts';

/** Which cell is spoken of. */
export interface Where {
  name: string;
  /** In the whole result, from 1. */
  row: number;
  nanIsNull: boolean;
}

/** How a sentence about a cell begins. */
export function holds({ name, row }: Where): string {
  return `Column "${name}" holds in row ${row}`;
}

export function lengthOf({ length }: string, where: Where): number {
  if (length <= LONGEST_TEXT) return length;
  throw new Refusal(
    'value-too-long',
    `${holds(where)} a value of ${length} characters; ${LONGEST_TEXT / 1e6} million is the most`,
    'Split it over several rows, or leave it out.',
  );
}

/** Half of a surrogate pair is no character, and would be replaced by another on the way. */
export function wellFormed(text: string, where: Where): string {
  if (isWellFormed(text)) return text;
  throw new Refusal('value-not-text', `${holds(where)} a text that is no Unicode (half of a surrogate pair)`);
}
