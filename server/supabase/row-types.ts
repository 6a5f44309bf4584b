import type { Sql } from 'postgres';

interface Column {
  table: string;
  view: boolean;
  name: string;
  type: string;
  nullable: boolean;
  /** It may be left out of an insert. */
  optional: boolean;
  /** The database alone sets it. */
  generated: boolean;
  /** The words that a CHECK allows, where it is a list of words. */
  words: string[] | null;
}

interface Relationship {
  table: string;
  name: string;
  columns: string[];
  target: string;
  targetColumns: string[];
  oneToOne: boolean;
}

interface Call {
  name: string;
  arguments: string[];
  types: string[];
  defaults: number;
}

const TYPES: Readonly<Record<string, string>> = {
  uuid: 'string',
  text: 'string',
  timestamptz: 'string',
  int2: 'number',
  int4: 'number',
  int8: 'number',
  float8: 'number',
  bool: 'boolean',
  // To be parsed by whoever reads it: the database knows no more than that it is JSON.
  jsonb: 'unknown',
  json: 'unknown',
  _uuid: 'string[]',
};

/** The source of rows.ts: TypeScript types of every table and function in `public`, read from a migrated database. */
export async function rowTypes(sql: Sql): Promise<string> {
  const [columns, relationships, calls] = [
    await readColumns(sql),
    await readRelationships(sql),
    await readCalls(sql),
  ];
  const tables = [...new Set(columns.filter(({ view }) => !view).map(({ table }) => table))];
  const views = [...new Set(columns.filter(({ view }) => view).map(({ table }) => table))];
  const lines = [
    '// Written by `node server/supabase/generate-rows.ts` from supabase/migrations; a test compares. Do not edit.',
    '',
    ...wordTypes(columns),
    'export interface Database {',
    '  public: {',
    '    Tables: {',
    ...tables.flatMap((table) => tableLines(table, columns, relationships)),
    '    };',
    '    Views: {',
    ...views.flatMap((view) => viewLines(view, columns)),
    '    };',
    '    Functions: {',
    ...calls.flatMap(callLines),
    '    };',
    '  };',
    '}',
    '',
  ];
  return lines.join('\n');
}

function typeOf(column: Column): string {
  const base = column.words ? wordTypeName(column) : TYPES[column.type];
  if (!base) throw new Error(`no TypeScript type for ${column.table}.${column.name} (${column.type})`);
  return column.nullable && base !== 'unknown' ? `${base} | null` : base;
}

function wordTypeName({ table, name }: Column): string {
  return `${table}_${name}`.replace(/(^|_)([a-z])/g, (_, __, letter: string) => letter.toUpperCase());
}

function wordTypes(columns: readonly Column[]): string[] {
  return columns
    .filter(({ words }) => words)
    .map(
      (column) =>
        `export type ${wordTypeName(column)} = ${column.words?.map((word) => `'${word}'`).join(' | ')};`,
    )
    .concat('');
}

function tableLines(
  table: string,
  columns: readonly Column[],
  relationships: readonly Relationship[],
): string[] {
  const own = columns.filter((column) => column.table === table);
  const settable = own.filter(({ generated }) => !generated);
  const pad = '          ';
  return [
    `      ${table}: {`,
    '        Row: {',
    ...own.map((column) => `${pad}${column.name}: ${typeOf(column)};`),
    '        };',
    '        Insert: {',
    ...settable.map((column) => `${pad}${column.name}${column.optional ? '?' : ''}: ${typeOf(column)};`),
    '        };',
    '        Update: {',
    ...settable.map((column) => `${pad}${column.name}?: ${typeOf(column)};`),
    '        };',
    '        Relationships: [',
    ...relationships.filter((one) => one.table === table).map((one) => `${pad}${relationshipText(one)},`),
    '        ];',
    '      };',
  ];
}

/** A view is read only, and the database cannot tell which of its columns are never null. */
function viewLines(view: string, columns: readonly Column[]): string[] {
  const own = columns.filter((column) => column.table === view);
  const pad = '          ';
  return [
    `      ${view}: {`,
    '        Row: {',
    ...own.map((column) => `${pad}${column.name}: ${typeOf(column)};`),
    '        };',
    '        Relationships: [];',
    '      };',
  ];
}

function relationshipText({ name, columns, target, targetColumns, oneToOne }: Relationship): string {
  const list = (names: string[]) => `[${names.map((one) => `'${one}'`).join(', ')}]`;
  return (
    `{ foreignKeyName: '${name}'; columns: ${list(columns)}; isOneToOne: ${oneToOne}; ` +
    `referencedRelation: '${target}'; referencedColumns: ${list(targetColumns)} }`
  );
}

function callLines(call: Call): string[] {
  const required = call.arguments.length - call.defaults;
  const args = call.arguments.map((name, index) => {
    const type = TYPES[call.types[index] ?? ''] ?? 'unknown';
    return index < required
      ? `${name}: ${type}`
      : `${name}?: ${type === 'unknown' ? type : `${type} | null`}`;
  });
  // Every function answers with JSON, for its caller to parse.
  const shape = args.length > 0 ? `{ ${args.join('; ')} }` : 'Record<never, never>';
  return [`      ${call.name}: { Args: ${shape}; Returns: unknown };`];
}

function readColumns(sql: Sql): Promise<Column[]> {
  return sql<Column[]>`
    select c.relname as "table", c.relkind = 'v' as "view", a.attname as "name", t.typname as "type", not a.attnotnull as "nullable",
      (not a.attnotnull or a.atthasdef or a.attidentity <> '') as "optional",
      a.attidentity = 'a' as "generated",
      (select array_agg(word[1] order by at)
       from pg_constraint k,
         regexp_matches(pg_get_constraintdef(k.oid), '''([a-z_]+)''::text', 'g') with ordinality as found(word, at)
       where k.conrelid = c.oid and k.contype = 'c' and k.conkey = array[a.attnum]
         and pg_get_constraintdef(k.oid) like '%= ANY (ARRAY[%') as "words"
    from pg_class c
      join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      join pg_type t on t.oid = a.atttypid
    where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v')
    order by c.relname, a.attnum`;
}

function readRelationships(sql: Sql): Promise<Relationship[]> {
  return sql<Relationship[]>`
    select k.conrelid::regclass::text as "table", k.conname as "name", k.confrelid::regclass::text as "target",
      (select array_agg(a.attname::text order by o) from unnest(k.conkey) with ordinality as u(n, o)
        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.n) as "columns",
      (select array_agg(a.attname::text order by o) from unnest(k.confkey) with ordinality as u(n, o)
        join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.n) as "targetColumns",
      exists (select from pg_constraint u where u.conrelid = k.conrelid and u.contype in ('p', 'u')
        and u.conkey <@ k.conkey) as "oneToOne"
    from pg_constraint k
      join pg_class t on t.oid = k.confrelid and t.relnamespace = 'public'::regnamespace
    where k.contype = 'f' and k.connamespace = 'public'::regnamespace
    order by 1, 2`;
}

function readCalls(sql: Sql): Promise<Call[]> {
  return sql<Call[]>`
    select p.proname as "name", coalesce(p.proargnames, '{}') as "arguments", p.pronargdefaults as "defaults",
      array(select t.typname::text from unnest(p.proargtypes::oid[]) with ordinality as u(o, n)
        join pg_type t on t.oid = u.o order by n) as "types"
    from pg_proc p
    where p.pronamespace = 'public'::regnamespace and p.prokind = 'f'
    order by p.proname`;
}
