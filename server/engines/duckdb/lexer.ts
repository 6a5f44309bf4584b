/** A piece of SQL text. Offsets are UTF-16 positions; `end` is past the last character. */
export interface Token {
  kind:
    'space' | 'comment' | 'string' | 'identifier' | 'quoted-identifier' | 'number' | 'parameter' | 'symbol';
  start: number;
  end: number;
  /** False for a string, identifier or comment that the text ends in the middle of. */
  closed: boolean;
}

/**
 * What is a space to DuckDB, or to JavaScript, or cannot be seen. DuckDB makes spaces of its own set before it parses,
 * and knows neither block comments nor escapes while it does so: none of them may pass for a letter of a name.
 */
const UNICODE_SPACE = '\\s\\u0085\\u180e\\u200b-\\u200f\\u2060\\ufeff';
const IDENTIFIER_START = new RegExp(`(?![${UNICODE_SPACE}])[\\p{L}\\p{M}_\\u0080-\\uffff]`, 'u');
const IDENTIFIER = new RegExp(`(?:(?![${UNICODE_SPACE}])[\\p{L}\\p{M}\\p{N}_$\\u0080-\\uffff])+`, 'uy');
const NUMBER = /(0[xX][0-9a-fA-F_]+|0[bB][01_]+|(\d[\d_]*)?\.?\d[\d_]*([eE][+-]?\d+)?)/y;
const SPACE = new RegExp(`[${UNICODE_SPACE}]+`, 'y');
const DOLLAR_TAG = /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$/y;

/**
 * Cuts SQL into tokens, as far as finding strings, comments and names needs it. It is no judge of what is valid: the
 * parser is, after whatever was rewritten by these tokens. `${name}` and `$${` are a token each, kind `parameter`.
 */
export function tokenize(sql: string): Token[] {
  return [...tokensFrom(sql, 0)];
}

/** The tokens from an offset on at which one begins, as far as somebody asks for them. */
export function* tokensFrom(sql: string, offset: number): Generator<Token, void, void> {
  for (let at = offset; at < sql.length;) {
    const token = tokenAt(sql, at);
    yield token;
    at = token.end;
  }
}

function tokenAt(sql: string, start: number): Token {
  const char = sql.charAt(start);
  const made = (kind: Token['kind'], end: number, closed = true): Token => ({ kind, start, end, closed });
  const space = match(SPACE, sql, start);
  if (space) return made('space', start + space.length);
  if (sql.startsWith('--', start)) return made('comment', lineEnd(sql, start));
  if (sql.startsWith('/*', start)) return blockComment(sql, start);
  if (char === "'") return quoted(sql, start, start + 1, { quote: "'", kind: 'string', backslash: false });
  if (char === '"')
    return quoted(sql, start, start + 1, { quote: '"', kind: 'quoted-identifier', backslash: false });
  if (/[eE]/.test(char) && sql.charAt(start + 1) === "'")
    return quoted(sql, start, start + 2, { quote: "'", kind: 'string', backslash: true });
  if (/[xXbB]/.test(char) && sql.charAt(start + 1) === "'")
    return quoted(sql, start, start + 2, { quote: "'", kind: 'string', backslash: false });
  if (sql.startsWith('$${', start)) return made('parameter', start + 3);
  if (sql.startsWith('${', start)) {
    const close = sql.indexOf('}', start);
    return made('parameter', close < 0 ? sql.length : close + 1, close >= 0);
  }
  if (char === '$') {
    const tag = match(DOLLAR_TAG, sql, start);
    if (tag) {
      const close = sql.indexOf(tag, start + tag.length);
      return made('string', close < 0 ? sql.length : close + tag.length, close >= 0);
    }
  }
  if (IDENTIFIER_START.test(char))
    return made('identifier', start + (match(IDENTIFIER, sql, start)?.length ?? 1));
  const number = /[\d.]/.test(char) ? match(NUMBER, sql, start) : null;
  if (number) return made('number', start + number.length);
  return made('symbol', start + 1);
}

function match(pattern: RegExp, sql: string, at: number): string | null {
  pattern.lastIndex = at;
  const found = pattern.exec(sql)?.[0];
  return found === undefined || found === '' ? null : found;
}

function lineEnd(sql: string, start: number): number {
  const rest = /[\r\n]/g;
  rest.lastIndex = start;
  return rest.exec(sql)?.index ?? sql.length;
}

/** Block comments nest. */
function blockComment(sql: string, start: number): Token {
  let depth = 1;
  let at = start + 2;
  while (at < sql.length && depth > 0) {
    if (sql.startsWith('/*', at)) {
      depth++;
      at += 2;
    } else if (sql.startsWith('*/', at)) {
      depth--;
      at += 2;
    } else at++;
  }
  return { kind: 'comment', start, end: at, closed: depth === 0 };
}

function quoted(
  sql: string,
  start: number,
  from: number,
  style: { quote: string; kind: Token['kind']; backslash: boolean },
): Token {
  for (let at = from; at < sql.length; at++) {
    const char = sql.charAt(at);
    if (style.backslash && char === '\\') at++;
    else if (char === style.quote) {
      if (sql.charAt(at + 1) === style.quote) at++;
      else return { kind: style.kind, start, end: at + 1, closed: true };
    }
  }
  return { kind: style.kind, start, end: sql.length, closed: false };
}
