import { AppError } from '#lib/errors/app-error.ts';
import { nearestName } from '#lib/sql/near-name.ts';
import { quoteLiteral } from '#lib/sql/quote.ts';
import { tokenize, tokensFrom, type Token } from './lexer.ts';

/** Deeper nesting would tell the parser's stack more than any person's query needs. */
const DEEPEST_NESTING = 200;

/** A text after rewriting, with the way back to what the person wrote. */
export interface RewrittenText {
  sql: string;
  /** Names of the parameters in it, each once. */
  parameters: string[];
  /** The 0-based offset in the person's own text behind an offset in `sql`. */
  originalOffset(offset: number): number;
}

interface Piece {
  /** Where the piece begins in the rewritten text, and where what it came from begins in the original. */
  at: number;
  from: number;
  /** True for copied text, where offsets go on side by side. */
  copied: boolean;
}

/** Collects a rewritten text piece by piece. */
class Rewriter {
  readonly #pieces: Piece[] = [];
  #sql = '';

  copy(text: string, from: number): void {
    this.#pieces.push({ at: this.#sql.length, from, copied: true });
    this.#sql += text;
  }

  insert(text: string, from: number): void {
    this.#pieces.push({ at: this.#sql.length, from, copied: false });
    this.#sql += text;
  }

  finish(): Pick<RewrittenText, 'sql' | 'originalOffset'> {
    const pieces = this.#pieces;
    const originalOffset = (offset: number): number => {
      const piece = pieces.findLast(({ at }) => at <= offset);
      if (!piece) return 0;
      return piece.copied ? piece.from + (offset - piece.at) : piece.from;
    };
    return { sql: this.#sql, originalOffset };
  }
}

const OPENED: Partial<Record<Token['kind'], string>> = { comment: 'comment', parameter: '${' };

/**
 * Rewrites `${name}` outside quotes and comments into a typed bound parameter, `$${` into `${`, comments into a space and
 * dollar-quoted texts into plain ones, and drops semicolons at the end. DuckDB's own parameters and unclosed quotes are
 * faults. Before it parses, DuckDB looks for spaces by a simpler idea of quotes than its parser's: what is left is the
 * same to both, also where several texts stand in one statement. Throws a `user` AppError with an offset.
 */
export function rewriteUserText(
  text: string,
  parameters: Record<string, { sqlType: string }>,
): RewrittenText {
  if (text.includes('\0')) fault('bad-character', 'A NUL character cannot stand in SQL', text.indexOf('\0'));
  const rewriter = new Rewriter();
  const used = new Set<string>();
  let depth = 0;
  for (const token of withoutTrailingSemicolons(tokenize(text), text)) {
    const piece = text.slice(token.start, token.end);
    if (!token.closed)
      fault('unclosed-quote', `This ${OPENED[token.kind] ?? 'quote'} is never closed`, token.start);
    if (token.kind === 'string' || token.kind === 'quoted-identifier')
      copyQuoted(rewriter, piece, token.start);
    else if (token.kind === 'comment') rewriter.insert(' ', token.start);
    else if (token.kind === 'space') rewriter.copy(piece.replace(/[^\n\r\t]/g, ' '), token.start);
    else if (token.kind === 'parameter')
      rewriter.insert(parameterAt(piece, token.start, { parameters, used }), token.start);
    else {
      if (piece === '?' || piece === '$')
        fault(
          'bare-parameter',
          `A ${piece} is no parameter here`,
          token.start,
          'Declare a parameter and write ${name}.',
        );
      if (piece === '(' || piece === '[') depth++;
      if (piece === ')' || piece === ']') depth--;
      if (depth > DEEPEST_NESTING)
        fault(
          'nested-too-deep',
          `More than ${DEEPEST_NESTING} brackets are open here`,
          token.start,
          'Split the expression over several steps.',
        );
      rewriter.copy(piece, token.start);
    }
  }
  return { ...rewriter.finish(), parameters: [...used] };
}

function withoutTrailingSemicolons(tokens: Token[], text: string): Token[] {
  let end = tokens.length;
  for (let index = tokens.length - 1; index >= 0; index--) {
    const token = tokens[index];
    if (!token) break;
    if (token.kind === 'symbol' && text.slice(token.start, token.end) === ';') end = index;
    else if (token.kind !== 'space' && token.kind !== 'comment') break;
  }
  return tokens.slice(0, end);
}

const IN_QUOTES = /\$\$\{|\$\{[^}$]*\}/g;
/** A backslash takes the meaning of what follows it. */
const IN_ESCAPED = /\\[^]|\$\$\{|\$\{[^}$]*\}/g;
const DOLLAR_QUOTED = /^(\$\w*\$)([^]*)\1$/;
function copyQuoted(rewriter: Rewriter, piece: string, start: number): void {
  const dollarQuoted = DOLLAR_QUOTED.exec(piece)?.[2];
  if (dollarQuoted !== undefined && !/\$\{[^}$]*\}/.test(dollarQuoted)) {
    rewriter.insert(quoteLiteral(dollarQuoted), start);
    return;
  }
  const isEscaped = /^[eE]/.test(piece);
  let from = 0;
  for (const match of piece.matchAll(isEscaped ? IN_ESCAPED : IN_QUOTES)) {
    if (match[0].startsWith('\\')) {
      rewriter.copy(piece.slice(from, match.index), start + from);
      rewriter.insert(match[0] === "\\'" ? "''" : match[0], start + match.index);
      from = match.index + match[0].length;
      continue;
    }
    if (match[0] !== '$${') {
      fault(
        'parameter-in-quotes',
        `${match[0]} stands inside quotes, where it is not replaced`,
        start + match.index,
        'Take the quotes away: a parameter is a typed value. For a literal ${ write $${.',
      );
    }
    rewriter.copy(piece.slice(from, match.index), start + from);
    rewriter.insert('${', start + match.index);
    from = match.index + match[0].length;
  }
  rewriter.copy(piece.slice(from), start + from);
}

function parameterAt(
  piece: string,
  offset: number,
  known: { parameters: Record<string, { sqlType: string }>; used: Set<string> },
): string {
  if (piece === '$${') return '${';
  const name = piece.slice(2, -1).trim();
  const parameter = Object.hasOwn(known.parameters, name) ? known.parameters[name] : undefined;
  if (!parameter) {
    const near = nearestName(name, Object.keys(known.parameters));
    return fault(
      'unknown-parameter',
      `There is no parameter "${name}"`,
      offset,
      near ? `Did you mean "${near}"?` : 'Declare it under parameters.',
    );
  }
  known.used.add(name);
  return `CAST($${name} AS ${parameter.sqlType})`;
}

/** Where the person wrote `master.<id>`: the text between, and what stands for it. */
export interface Replacement {
  start: number;
  end: number;
  text: string;
}

/** `master.regions.name` is all that anybody looks for. */
const LONGEST_NAME = 3;

/**
 * The tokens of a dotted name that begins at `offset`, without spaces and comments: `[master, regions, name]` with
 * their places. Null where something else stands there.
 */
export function dottedNameAt(
  sql: string,
  offset: number,
): { name: string; start: number; end: number }[] | null {
  const names: { name: string; start: number; end: number }[] = [];
  let wantsName = true;
  for (const token of tokensFrom(sql, offset)) {
    if (token.kind === 'space' || token.kind === 'comment') continue;
    const piece = sql.slice(token.start, token.end);
    const isName = token.kind === 'identifier' || token.kind === 'quoted-identifier';
    if (wantsName ? !isName : piece !== '.') break;
    if (wantsName)
      names.push({
        name: isName && token.kind === 'quoted-identifier' ? piece.slice(1, -1).replaceAll('""', '"') : piece,
        start: token.start,
        end: token.end,
      });
    wantsName = !wantsName;
    if (names.length === LONGEST_NAME) break;
  }
  return names.length > 0 ? names : null;
}

/** The text with the replacements in place, and the way back from an offset in it; they must not overlap. */
export function replaceParts(
  sql: string,
  replacements: readonly Replacement[],
): Pick<RewrittenText, 'sql' | 'originalOffset'> {
  const rewriter = new Rewriter();
  let from = 0;
  for (const { start, end, text } of [...replacements].sort((a, b) => a.start - b.start)) {
    rewriter.copy(sql.slice(from, start), from);
    rewriter.insert(text, start);
    from = end;
  }
  rewriter.copy(sql.slice(from), from);
  return rewriter.finish();
}

/** Why something cannot stand in a person's SQL. */
export interface Refusal {
  code: string;
  message: string;
  hint?: string;
}

/** Throws a fault of the person's text at an offset in it. */
export function fault(code: string, message: string, offset: number, hint?: string): never {
  throw new AppError(code, message, { place: { offset: Math.max(0, offset) }, ...(hint ? { hint } : {}) });
}
