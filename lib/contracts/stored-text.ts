/** Deeper than any document or row nests, and far from where recursion ends. */
export const DEEPEST = 200;

/** NUL, and halves of surrogate pairs: what a JavaScript string may hold and a text or JSON of PostgreSQL may not. */
const UNSTORABLE = /\u0000|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/**
 * The same value as the database can hold it: NUL as the sign for it (␀), half a character as the one for something
 * unreadable (�), also in the names of keys. For what comes out of people's data and must be written all the same.
 */
export function storable<T>(value: T): T {
  return converted(value) as T;
}

function converted(value: unknown): unknown {
  if (typeof value === 'string') return storableText(value);
  if (Array.isArray(value)) return value.map(converted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [storableText(key), converted(member)]),
  );
}

function storableText(text: string): string {
  return UNSTORABLE.test(text) ? text.replaceAll('\0', '␀').toWellFormed() : text;
}

/** Why a value that somebody sends cannot be stored, in words; null when it can. */
export function whyNotStorable(value: unknown, depth = 0): string | null {
  if (typeof value === 'string')
    return UNSTORABLE.test(value) ? 'a text holds NUL or half a character' : null;
  if (typeof value !== 'object' || value === null) return null;
  if (depth === DEEPEST) return `it nests deeper than ${DEEPEST} levels`;
  for (const [key, member] of Object.entries(value)) {
    const reason = whyNotStorable(key) ?? whyNotStorable(member, depth + 1);
    if (reason) return reason;
  }
  return null;
}
