import { AppError } from '#lib/errors/app-error.ts';

/** Functions that hold every value of a group (or frame) until it ends, and what to use in their place. */
const HOLDING: Readonly<Record<string, string>> = {
  list: 'Keep the rows as rows, or take a list of fewer (a filter, or a limit, before it)',
  string_agg: 'Keep the rows as rows, or join fewer texts (a filter, or a limit, before it)',
  json_group_array: 'Keep the rows as rows, or take an array of fewer (a filter, or a limit, before it)',
  histogram: 'Group by the value and count instead',
  entropy: 'Group by the value and count, and compute it from the counts',
  mode: 'Group by the value, count, and take the first by count instead',
  median: 'approx_quantile(x, 0.5) needs next to no memory',
  quantile: 'approx_quantile(x, share) needs next to no memory',
  mad: 'approx_quantile(x, share) needs next to no memory',
};

const ALSO_CALLED: Readonly<Record<string, string>> = {
  array_agg: 'list',
  listagg: 'string_agg',
  group_concat: 'string_agg',
  quantile_cont: 'quantile',
  quantile_disc: 'quantile',
  percentile_cont: 'quantile',
  percentile_disc: 'quantile',
};

/** The first function in a statement whose values cannot be moved to disk, as it is written there; null without any. */
export function holdingFunction(sql: string): string | null {
  const names = [...Object.keys(HOLDING), ...Object.keys(ALSO_CALLED)].join('|');
  // Texts and quoted names are no calls.
  const bare = sql.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, (text) =>
    isName(text) ? text.slice(1, -1) : '',
  );
  return new RegExp(`\\b(${names})\\s*\\(`, 'i').exec(bare)?.[1]?.toLowerCase() ?? null;
}

function isName(text: string): boolean {
  return /^"\w+"$/.test(text);
}

/** The same error with the name of what held the memory and what to do instead. */
export function nameWhatHolds(error: AppError, sql: string): AppError {
  const name = error.code === 'out-of-memory' ? holdingFunction(sql) : null;
  if (name === null) return error;
  const instead = HOLDING[ALSO_CALLED[name] ?? name] ?? '';
  return new AppError(
    error.code,
    `${name}() holds all its values in memory at once and cannot move them to disk; they need more than the memory limit.`,
    {
      hint: `${instead}. Otherwise raise the memory limit of the node or of the pipeline.`,
      cause: new Error(error.message, { cause: error.cause }),
    },
  );
}
