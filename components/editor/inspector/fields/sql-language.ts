import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  type Completion,
  type CompletionContext,
  type CompletionResult,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { sql, SQLDialect } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { lintKeymap } from '@codemirror/lint';
import type { Extension } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { tags } from '@lezer/highlight';
import type { Column, Schema } from '#lib/sql/schema.ts';

/** What SQL in a field may name. */
export interface SqlNames {
  /** Tables with their columns; the first one's columns are offered without its name. */
  tables: Readonly<Record<string, Schema>>;
  parameters: readonly string[];
}

const WORDS = {
  keywords:
    'all and anti any array as asc asof between by case cast collate columns cross cube current day delete desc describe distinct else end escape except exclude exists extract false fetch filter first following from full glob group grouping having hour ilike in inner intersect interval into is isnull join last lateral left like limit minute month natural not notnull null nulls offset on or order ordinality outer over partition pivot positional preceding qualify range recursive replace respect right rollup row rows sample second select semi sets similar some struct summarize tablesample then ties to true try_cast unbounded union unnest unpivot using values when where window with within year',
  types:
    'bigint bit blob boolean bool char date datetime decimal double enum float hugeint int integer interval json list map numeric real row smallint struct text time timestamp timestamptz tinyint ubigint uinteger union usmallint utinyint uuid varchar',
  builtin:
    'abs age any_value approx_count_distinct arg_max arg_min avg bool_and bool_or ceil ceiling coalesce concat concat_ws contains corr count count_if cume_dist current_date date_diff date_part date_trunc dayname dayofweek dense_rank epoch ends_with exp first_value floor format greatest hash if ifnull isfinite isnan json_extract json_extract_string lag last_value lead least left length list list_aggregate list_contains list_distinct list_sort list_transform ln log lower lpad ltrim make_date make_timestamp max md5 median min mod mode monthname nth_value ntile nullif percent_rank power printf product quantile_cont quantile_disc random rank regexp_extract regexp_matches regexp_replace repeat replace reverse right round row_number rpad rtrim sign split split_part sqrt starts_with stddev stddev_pop stddev_samp strftime string_agg string_split strlen strptime struct_pack substr substring sum trim trunc try_cast typeof upper variance week weekofyear',
};

const duckdb = SQLDialect.define({
  keywords: WORDS.keywords,
  types: WORDS.types,
  builtin: WORDS.builtin,
  doubleDollarQuotedStrings: true,
  doubleQuotedStrings: false,
  identifierQuotes: '"',
  caseInsensitiveIdentifiers: true,
  operatorChars: '*+-%<>!=&|~^/:',
});

const highlighting = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.bool, tags.null], color: 'var(--data-transform)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--data-destination)' },
  { tag: tags.number, color: 'var(--data-code)' },
  { tag: [tags.typeName, tags.standard(tags.name)], color: 'var(--data-source)' },
  { tag: [tags.lineComment, tags.blockComment], color: 'var(--ink-3)', fontStyle: 'italic' },
]);

const look = EditorView.theme({
  '&': { fontSize: '12px', backgroundColor: 'transparent', color: 'var(--ink-1)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--font-mono)',
    // What is typed is what is shown: no ligatures.
    fontFeatureSettings: "'zero', 'calt' 0",
    lineHeight: '18px',
    overflow: 'auto',
  },
  '.cm-content': { padding: '4px 0', caretColor: 'var(--ink-1)' },
  '.cm-line': { padding: '0 8px' },
  '.cm-placeholder': { color: 'var(--ink-3)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink-1)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection': {
    backgroundColor: 'color-mix(in oklab, var(--accent) 24%, transparent) !important',
  },
  '.cm-matchingBracket': { backgroundColor: 'var(--surface-3)', outline: 'none' },
  '.cm-tooltip': {
    border: '1px solid var(--line-strong)',
    borderRadius: '6px',
    backgroundColor: 'var(--surface-1)',
    color: 'var(--ink-1)',
    overflow: 'hidden',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul': {
    fontFamily: 'var(--font-mono)',
    fontSize: '12px',
    maxHeight: '14em',
  },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li': { padding: '2px 8px' },
  '.cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--surface-3)',
    color: 'var(--ink-1)',
  },
  '.cm-completionDetail': { color: 'var(--ink-3)', fontStyle: 'normal' },
  '.cm-diagnostic': {
    fontFamily: 'var(--font-sans)',
    fontSize: '12px',
    padding: '4px 8px',
    borderLeft: '2px solid var(--status-failed)',
  },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--status-stale)' },
});

const PLAIN_NAME = /^[a-z_][a-z0-9_]*$/i;

/** A column or table as it must be written: quoted where its name is not a plain one. */
function written(name: string): string {
  return PLAIN_NAME.test(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

const columnCompletion = ({ name, type }: Column, boost: number): Completion => ({
  label: name,
  apply: written(name),
  type: 'property',
  detail: type,
  boost,
});

/** Columns of the tables at hand, with their types; the names that lang-sql does not know of. */
function nameCompletions(names: SqlNames): (context: CompletionContext) => CompletionResult | null {
  const [columns = [], ...others] = Object.values(names.tables);
  const seen = new Set(columns.map(({ name }) => name.toLowerCase()));
  const options: Completion[] = [
    ...columns.map((column) => columnCompletion(column, 20)),
    ...others
      .flat()
      .filter(({ name }) => !seen.has(name.toLowerCase()) && Boolean(seen.add(name.toLowerCase())))
      .map((column) => columnCompletion(column, 10)),
  ];
  const parameters: Completion[] = names.parameters.map((name) => ({
    label: `\${${name}}`,
    type: 'variable',
    detail: 'parameter',
  }));
  return (context) => {
    const parameter = context.matchBefore(/\$\{?\w*$/);
    if (parameter) return { from: parameter.from, options: parameters, filter: true };
    const word = context.matchBefore(/[\p{L}_][\p{L}\p{N}_]*$/u);
    if (!word && !context.explicit) return null;
    if (word && context.state.sliceDoc(word.from - 1, word.from) === '.') return null;
    return {
      from: word?.from ?? context.pos,
      options: [...options, ...parameters],
      validFor: /^[\p{L}\p{N}_]*$/u,
    };
  };
}

/** Everything that a SQL field is made of, for the names at hand. */
export function sqlExtensions(names: SqlNames): Extension[] {
  const schema = Object.fromEntries(
    Object.entries(names.tables).map(([table, columns]) => [
      table,
      columns.map(({ name, type }) => ({
        label: name,
        apply: written(name),
        detail: type,
        type: 'property',
      })),
    ]),
  );
  const language = sql({ dialect: duckdb, schema });
  return [
    language,
    language.language.data.of({ autocomplete: nameCompletions(names) }),
    autocompletion({ icons: false, defaultKeymap: false }),
    ...plainExtensions(),
  ];
}

/** An editor for code of any other language. */
export function plainExtensions(): Extension[] {
  return [
    history(),
    bracketMatching(),
    closeBrackets(),
    syntaxHighlighting(highlighting),
    look,
    EditorView.lineWrapping,
    // Tab leaves the field: the form can be gone through by keyboard.
    keymap.of([
      ...closeBracketsKeymap,
      ...completionKeymap,
      ...historyKeymap,
      ...lintKeymap,
      ...defaultKeymap,
    ]),
  ];
}
