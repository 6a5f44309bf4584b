/** Number rows one by one: the order among equals matters. */
export const NUMBERING: ReadonlySet<string> = new Set(['row_number', 'ntile', 'lag', 'lead']);

/** Depend on the order even over a whole partition. */
export const ORDER_BOUND: ReadonlySet<string> = new Set([
  'first',
  'first_value',
  'last',
  'last_value',
  'nth_value',
  'any_value',
  'arbitrary',
  'list',
  'array_agg',
  'string_agg',
  'group_concat',
  'listagg',
]);

/** Every window and aggregate function that DuckDB has; a test holds this list against it. */
export const WINDOW_FUNCTIONS: ReadonlySet<string> = new Set([
  'any_value',
  'approx_count_distinct',
  'approx_quantile',
  'approx_top_k',
  'arbitrary',
  'arg_max',
  'arg_max_null',
  'arg_max_nulls_last',
  'arg_min',
  'arg_min_null',
  'arg_min_nulls_last',
  'argmax',
  'argmin',
  'array_agg',
  'avg',
  'bit_and',
  'bit_or',
  'bit_xor',
  'bitstring_agg',
  'bool_and',
  'bool_or',
  'corr',
  'count',
  'count_if',
  'count_star',
  'countif',
  'covar_pop',
  'covar_samp',
  'cume_dist',
  'dense_rank',
  'entropy',
  'favg',
  'fill',
  'first',
  'first_value',
  'fsum',
  'group_concat',
  'histogram',
  'histogram_exact',
  'kahan_sum',
  'kurtosis',
  'kurtosis_pop',
  'lag',
  'last',
  'last_value',
  'lead',
  'list',
  'listagg',
  'mad',
  'max',
  'max_by',
  'mean',
  'median',
  'min',
  'min_by',
  'mode',
  'nth_value',
  'ntile',
  'percent_rank',
  'product',
  'quantile',
  'quantile_cont',
  'quantile_disc',
  'rank',
  'rank_dense',
  'regr_avgx',
  'regr_avgy',
  'regr_count',
  'regr_intercept',
  'regr_r2',
  'regr_slope',
  'regr_sxx',
  'regr_sxy',
  'regr_syy',
  'reservoir_quantile',
  'row_number',
  'sem',
  'skewness',
  'stddev',
  'stddev_pop',
  'stddev_samp',
  'string_agg',
  'sum',
  'sum_no_overflow',
  'sumkahan',
  'var_pop',
  'var_samp',
  'variance',
]);

const TOKEN =
  /\s+|--[^\n]*|\/\*[\s\S]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\w*)\$[\s\S]*?\$\1\$|[\p{L}_][\p{L}\p{N}_]*|[\s\S]/gu;

interface Token {
  text: string;
  end: number;
}

export interface WindowedText {
  text: string;
  /** Functions that were given a window, and those that had one already. */
  added: number;
  existing: number;
}

/**
 * Puts `OVER (…)` behind each window or aggregate function of an expression that has none, except inside subqueries and
 * inside such a function's own arguments. Only finds places in the text; whether it is SQL is the guard's to say.
 */
export function addWindows(expression: string, over: (functionName: string) => string): WindowedText {
  const tokens = significantTokens(expression);
  const insertions: { at: number; text: string }[] = [];
  let existing = 0;
  for (let index = 0; index < tokens.length; index++) {
    if (isWord(tokens[index], '(') && isQueryStart(tokens[index + 1])) {
      index = closing(tokens, index);
      continue;
    }
    const name = tokens[index]?.text.toLowerCase() ?? '';
    if (!WINDOW_FUNCTIONS.has(name) || !isWord(tokens[index + 1], '(')) continue;
    let last = closing(tokens, index + 1);
    if (isWord(tokens[last + 1], 'filter') && isWord(tokens[last + 2], '(')) last = closing(tokens, last + 2);
    if (isWord(tokens[last + 1], 'over')) {
      existing++;
      if (isWord(tokens[last + 2], '(')) last = closing(tokens, last + 2);
    } else {
      const at = tokens[last]?.end;
      if (at !== undefined) insertions.push({ at, text: ` OVER (${over(name)})` });
    }
    index = last;
  }
  return { text: inserted(expression, insertions), added: insertions.length, existing };
}

function significantTokens(text: string): Token[] {
  const tokens: Token[] = [];
  for (const match of text.matchAll(TOKEN)) {
    if (!/^(\s|--|\/\*)/.test(match[0])) tokens.push({ text: match[0], end: match.index + match[0].length });
  }
  return tokens;
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.text.toLowerCase() === word;
}

function isQueryStart(token: Token | undefined): boolean {
  return ['select', 'with', 'from', 'values'].some((word) => isWord(token, word));
}

/** The index of the bracket that closes the one at `open`; the last token where none does. */
function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index++) {
    if (tokens[index]?.text === '(') depth++;
    if (tokens[index]?.text === ')' && --depth === 0) return index;
  }
  return tokens.length - 1;
}

function inserted(text: string, insertions: readonly { at: number; text: string }[]): string {
  let result = '';
  let from = 0;
  for (const insertion of insertions) {
    result += text.slice(from, insertion.at) + insertion.text;
    from = insertion.at;
  }
  return result + text.slice(from);
}
