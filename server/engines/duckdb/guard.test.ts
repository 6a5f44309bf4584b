import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AppError } from '#lib/errors/app-error.ts';
import type { CheckedText } from '#lib/sql/expression.ts';
import { checkUserText } from './guard.ts';
import { OracleDatabase } from './oracle-database.ts';

let database: OracleDatabase;
beforeAll(async () => {
  database = await OracleDatabase.open();
});
afterAll(() => database.close());

const PARAMETERS = { since: { sqlType: 'DATE' }, names: { sqlType: 'VARCHAR[]' } };
const TABLES = ['input', 'orders', 'regions', 'source'];

function check(
  form: 'expression' | 'query',
  text: string,
  tables: readonly string[] = TABLES,
): Promise<CheckedText> {
  return checkUserText({ kind: 'user', form, text, path: [] }, { parameters: PARAMETERS, tables }, database);
}

async function refusal(form: 'expression' | 'query', text: string): Promise<AppError> {
  const outcome: unknown = await check(form, text).catch((error: unknown) => error);
  if (!(outcome instanceof AppError)) throw new Error(`not refused: ${text}: ${JSON.stringify(outcome)}`);
  return outcome;
}

describe('hostile queries are refused, by name and place', () => {
  it.each([
    // Files, by function, by name, by a name in a WITH, in subqueries and joins.
    [`SELECT * FROM read_csv('/etc/passwd')`, 'function-not-allowed', 14],
    [`SELECT * FROM READ_CSV_AUTO('/etc/passwd')`, 'function-not-allowed', 14],
    [`SELECT * FROM "read_text"('/etc/passwd')`, 'function-not-allowed', 14],
    [`SELECT * FROM read_blob('/etc/*')`, 'function-not-allowed', 14],
    [`SELECT * FROM read_parquet('x.parquet')`, 'function-not-allowed', 14],
    [`SELECT * FROM parquet_metadata('x.parquet')`, 'function-not-allowed', 14],
    [`SELECT * FROM read_json('/proc/self/environ')`, 'function-not-allowed', 14],
    [`SELECT * FROM glob('/home/*')`, 'function-not-allowed', 14],
    [`SELECT * FROM sniff_csv('/etc/passwd')`, 'function-not-allowed', 14],
    [`SELECT * FROM '/etc/passwd'`, 'table-not-found', 14],
    [`SELECT * FROM "data.csv"`, 'table-not-found', 14],
    [`FROM 'https://example.org/x.parquet'`, 'table-not-found', 5],
    [
      `WITH "/etc/passwd" AS (SELECT * FROM "/etc/passwd") SELECT * FROM "/etc/passwd"`,
      'table-not-found',
      37,
    ],
    [`WITH x AS (SELECT * FROM y), y AS (SELECT 1) SELECT * FROM x`, 'table-not-found', 25],
    [`SELECT (SELECT max(content) FROM read_text('/etc/hostname'))`, 'function-not-allowed', 33],
    [
      `SELECT * FROM input JOIN LATERAL (SELECT * FROM read_text(input.path)) ON true`,
      'function-not-allowed',
      48,
    ],
    [`SELECT * FROM input WHERE a IN (SELECT content FROM read_text('/x'))`, 'function-not-allowed', 52],
    [`SELECT * FROM input ORDER BY (SELECT count(*) FROM glob('*'))`, 'function-not-allowed', 51],
    [`SELECT * FROM input LIMIT (SELECT count(*) FROM glob('*'))`, 'function-not-allowed', 48],
    [
      `SELECT * FROM input QUALIFY row_number() OVER (ORDER BY getenv('HOME')) = 1`,
      'function-not-allowed',
      56,
    ],
    [
      `SELECT sum(a) OVER (ORDER BY b ROWS BETWEEN getenv('X') PRECEDING AND CURRENT ROW) FROM input`,
      'function-not-allowed',
      44,
    ],
    [`SELECT sum(a) FILTER (WHERE getenv('X') = '') FROM input`, 'function-not-allowed', 28],
    [`SELECT * REPLACE (getenv('HOME') AS a) FROM input`, 'function-not-allowed', 18],
    [`SELECT list_transform([1], x -> getenv('HOME'))`, 'function-not-allowed', 32],
    [`SELECT [getenv(x) FOR x IN ['HOME']]`, 'function-not-allowed', 8],
    [`SELECT * FROM (VALUES (1, getenv('HOME'))) v`, 'function-not-allowed', 26],
    [`SELECT DISTINCT ON (getenv('A')) a FROM input`, 'function-not-allowed', 20],
    [`SELECT a FROM input GROUP BY GROUPING SETS ((getenv('A')))`, 'function-not-allowed', 45],
    [`SELECT 1 UNION ALL SELECT * FROM read_text('/x')`, 'function-not-allowed', 33],
    [
      `WITH RECURSIVE r AS (SELECT 1 i UNION ALL SELECT i + 1 FROM r, read_text('/x')) SELECT * FROM r`,
      'function-not-allowed',
      63,
    ],
    [`SELECT * FROM input PIVOT (max(getenv('A')) FOR a IN (1))`, 'function-not-allowed', 31],
    // Settings, environment, catalogue, SQL from text.
    [`SELECT current_setting('allowed_directories')`, 'function-not-allowed', 7],
    [`SELECT getvariable('x')`, 'function-not-allowed', 7],
    [`SELECT * FROM duckdb_settings()`, 'function-not-allowed', 14],
    [`SELECT * FROM duckdb_secrets()`, 'function-not-allowed', 14],
    [`SELECT * FROM duckdb_tables`, 'table-not-found', 14],
    [`SELECT * FROM information_schema.tables`, 'table-not-found', 14],
    [`SELECT * FROM pg_catalog.pg_class`, 'table-not-found', 14],
    [`SELECT * FROM sqlite_master`, 'table-not-found', 14],
    [`SELECT * FROM memory.main.orders`, 'table-not-found', 14],
    [`SELECT * FROM main.orders`, 'table-not-found', 14],
    // What DuckDB takes for a space before it parses is no letter of a name.
    [`SELECT n\u00a0FROM\u00a0"/etc/passwd"`, 'table-not-found', 14],
    [`SELECT n\u2060FROM\u200b"x.csv"`, 'table-not-found', 14],
    // A name that a WITH gives to itself, and one that only differs by a letter that is no k.
    [
      'WITH RECURSIVE x AS (SELECT path FROM x UNION ALL SELECT path FROM x) SELECT * FROM x',
      'table-not-found',
      38,
    ],
    [
      'WITH RECURSIVE duckdb_views AS (SELECT 1 UNION ALL SELECT 2) SELECT * FROM duckdb_views',
      'table-name-reserved',
      0,
    ],
    [`WITH "duc\u212adb_views" AS (SELECT 1) SELECT * FROM duckdb_views`, 'table-not-found', 48],
    // What is computed while binding, where nothing interrupts it.
    [`SELECT * FROM range(levenshtein(repeat('a', 900000), 'b'))`, 'syntax-not-allowed', 20],
    [`SELECT * FROM range(length(repeat('x', abs(3000000000))))`, 'syntax-not-allowed', 27],
    [`SELECT * FROM input LIMIT levenshtein('a', 'b')`, 'syntax-not-allowed', 26],
    [`SELECT * FROM input LIMIT 5 OFFSET length('abc')`, 'syntax-not-allowed', 35],
    // DuckDB ends where a VARIANT is sorted as a list.
    ['SELECT list_sort(n::VARIANT) FROM input', 'type-not-allowed', 0],
    ['SELECT n::VARIANT[] FROM input', 'type-not-allowed', 0],
    [`SELECT TRY_CAST(n AS STRUCT(a "variant")) FROM input`, 'type-not-allowed', 0],
    [`SELECT from_json('[1]', '["VARIANT"]')`, 'type-not-allowed', 7],
    [`SELECT json_transform('[1]', '["VARI' || 'ANT"]')`, 'syntax-not-allowed', 7],
    [String.raw`SELECT json_transform(j, '"VAR\u0049ANT"') FROM input`, 'type-not-allowed', 7],
    [`SELECT from_json_strict(j, '{"a": {"b": ["STRUCT(c VARIANT)"]}}') FROM input`, 'type-not-allowed', 7],
    [`SELECT json_transform_strict(j, '"MAP(VARCHAR, variant[])"') FROM input`, 'type-not-allowed', 7],
    [`SELECT from_json(j, '"UNION(a INTEGER, b VARIANT)"') FROM input`, 'type-not-allowed', 7],
    [`SELECT from_json(j, '["nonsense"]') FROM input`, 'unknown-type', 7],
    [`SELECT from_json(j, '{"a": "INTEGER",}') FROM input`, 'syntax-not-allowed', 7],
    [`SELECT from_json(j, '{"a": 1}') FROM input`, 'syntax-not-allowed', 7],
    [`SELECT input.from_json('["VARIANT"]') FROM input`, 'type-not-allowed', 7],
    [`SELECT main.from_json(j, '["VARIANT"]') FROM input`, 'type-not-allowed', 7],
    [`SELECT make_type('VARIANT')`, 'function-not-allowed', 7],
    [`SELECT get_type(1)`, 'function-not-allowed', 7],
    // DuckDB goes down one call for each level of a JSON value, of a structure, or for each wildcard of a path.
    [`SELECT json_structure(j) FROM input`, 'function-not-allowed', 7],
    [`SELECT json_group_structure(j) FROM input`, 'function-not-allowed', 7],
    [`SELECT json_contains(j, '1') FROM input`, 'function-not-allowed', 7],
    [`SELECT input.json_contains('1') FROM input`, 'function-not-allowed', 7],
    [`SELECT json_merge_patch(j, j) FROM input`, 'function-not-allowed', 7],
    [`SELECT from_json(j, '${'['.repeat(60)}"INTEGER"${']'.repeat(60)}') FROM input`, 'nested-too-deep', 7],
    [`SELECT json_extract(j, '$${'[*]'.repeat(101)}') FROM input`, 'path-not-allowed', 7],
    [`SELECT json_extract(j, '$' || repeat('[*]', 50000)) FROM input`, 'path-not-allowed', 7],
    [`SELECT input.json_value('$' || repeat('[*]', 50000)) FROM input`, 'path-not-allowed', 7],
    [`SELECT j ->> ('$' || repeat('.*', 50000)) FROM input`, 'path-not-allowed', 9],
    [`SELECT j -> replace('xx', 'x', '[*]') FROM input`, 'path-not-allowed', 9],
    ['SELECT j ->> ${names} FROM input', 'path-not-allowed', 9],
    [`SELECT repeat('[*]', 50000) AS p, json_extract(j, p) FROM input`, 'path-not-allowed', 34],
    [`SELECT repeat('[*]', 50000) AS p, json_extract(j, alias.p) FROM input`, 'path-not-allowed', 34],
    [
      `SELECT json_extract(j, repeat('[*]', 50000) || left(current_date::VARCHAR, 0)) FROM input`,
      'path-not-allowed',
      7,
    ],
    // It ends where lag() goes back by the least number there is.
    ['SELECT lag(a, -9223372036854775808) OVER () FROM input', 'syntax-not-allowed', 7],
    ['SELECT lead(a, (-9223372036854775808)::BIGINT) OVER () FROM input', 'syntax-not-allowed', 7],
    [`SELECT lag(a, '-9223372036854775808') OVER () FROM input`, 'syntax-not-allowed', 7],
    ['SELECT lag(a, (-0.0)::DOUBLE::BIT::BIGINT) OVER () FROM input', 'syntax-not-allowed', 7],
    ['SELECT main.lag(a, -9223372036854775808) OVER () FROM input', 'syntax-not-allowed', 7],
    ['SELECT lag(a, n) OVER () FROM input', 'syntax-not-allowed', 7],
    ['SELECT lag(a, length(${names})) OVER () FROM input', 'syntax-not-allowed', 7],
    ['SELECT lag(a, greatest(n, -9223372036854775808)) OVER () FROM input', 'syntax-not-allowed', 7],
    [`SELECT list_aggregate([1], 'stats')`, 'function-not-allowed', 7],
    [`SELECT is_histogram_other_bin('x'::BLOB)`, 'function-not-allowed', 7],
    [`SELECT * FROM pragma_table_info('x')`, 'function-not-allowed', 14],
    [`SELECT * FROM query('SELECT 1')`, 'function-not-allowed', 14],
    [`SELECT * FROM query_table('orders')`, 'function-not-allowed', 14],
    [`SELECT * FROM json_execute_serialized_sql('{}')`, 'function-not-allowed', 14],
    [`SELECT nextval('s')`, 'function-not-allowed', 7],
    [`SELECT sleep_ms(100000)`, 'function-not-allowed', 7],
    [`SELECT stats(1001)`, 'function-not-allowed', 7],
    [`SELECT write_log('x')`, 'function-not-allowed', 7],
    [`SELECT system.main.getenv('X')`, 'function-not-allowed', 7],
    [`SELECT a.getenv() FROM input`, 'function-not-allowed', 7],
    [`DESCRIBE orders`, 'syntax-not-allowed', 0],
    [`SHOW TABLES`, 'syntax-not-allowed', 0],
    [`SELECT * FROM (DESCRIBE orders)`, 'syntax-not-allowed', 0],
    [`SUMMARIZE orders`, 'syntax-not-allowed', 0],
    [`SELECT * FROM orders AT (VERSION => 1)`, 'syntax-not-allowed', 14],
    // Other statements, alone or after a first one.
    [`COPY orders TO '/tmp/x'`, 'statement-not-allowed', 0],
    [`ATTACH '/tmp/x.db'`, 'statement-not-allowed', 0],
    [`INSTALL httpfs`, 'statement-not-allowed', 0],
    [`LOAD httpfs`, 'statement-not-allowed', 0],
    [`SET enable_external_access = true`, 'statement-not-allowed', 0],
    [`PRAGMA database_list`, 'statement-not-allowed', 0],
    [`CALL pragma_version()`, 'statement-not-allowed', 0],
    [`CREATE TABLE x AS SELECT 1`, 'statement-not-allowed', 0],
    [`EXPLAIN SELECT 1`, 'statement-not-allowed', 0],
    [`PIVOT orders ON a USING sum(b)`, 'statement-not-allowed', 0],
    [`SELECT 1; SELECT 2`, 'several-statements', 0],
    [`SELECT 1; ATTACH 'x'`, 'statement-not-allowed', 0],
    [`SELECT 1 -- \n; DROP TABLE orders`, 'statement-not-allowed', 0],
    [`SELECT 1 /* ; */ ; COPY orders TO 'x'`, 'statement-not-allowed', 0],
    [`WITH x AS (INSERT INTO orders VALUES (1)) SELECT 1`, 'syntax-error', 0],
    // Parameters of DuckDB's own, quotes and comments left open, nesting without end.
    [`SELECT $1`, 'bare-parameter', 7],
    [`SELECT $since`, 'bare-parameter', 7],
    [`SELECT ?`, 'bare-parameter', 7],
    [`SELECT 'abc`, 'unclosed-quote', 7],
    [`SELECT 1 /* open`, 'unclosed-quote', 9],
    [`SELECT 1 /* /* once closed */`, 'unclosed-quote', 9],
    [`SELECT ${'('.repeat(20_000)}1`, 'nested-too-deep', 207],
    [`SELECT ${'1+'.repeat(2000)}1`, 'nested-too-deep', 0],
    [`SELECT length(repeat('x', 2000000000))`, 'value-too-large', 14],
    [`SELECT lpad('x', 1000 * 1000 * 1000, 'y')`, 'value-too-large', 7],
    [`SELECT list_sum(generate_series(1, 1e9::BIGINT))`, 'value-too-large', 16],
    [`SELECT range(1000000000)`, 'value-too-large', 7],
    [`SELECT format('{:1000000000}', 1)`, 'value-too-large', 7],
    [`SELECT format('{:.1000000000f}', 1.5)`, 'value-too-large', 7],
    [`SELECT format('{:{}}', 1, 1000000000)`, 'value-too-large', 7],
    [`SELECT format('{:1000' || '000000}', 1)`, 'value-too-large', 7],
    [`SELECT printf('%1000000000d', 1)`, 'value-too-large', 7],
    [`SELECT printf('%-.1000000000f', 1.5)`, 'value-too-large', 7],
    [`SELECT printf('%*d', 1000000000, 1)`, 'value-too-large', 7],
    [`SELECT printf('%9000000d%9000000d', 1, 2)`, 'value-too-large', 7],
    [`SELECT bitstring('1', 1000000000)`, 'value-too-large', 7],
    [`SELECT input.repeat(2000000000) FROM input`, 'value-too-large', 7],
    [
      `SELECT range(TIMESTAMP '2020-01-01', TIMESTAMP '2020-01-02', INTERVAL '1 microsecond')`,
      'value-too-large',
      7,
    ],
    [
      `SELECT generate_series(DATE '2020-01-01', DATE '2020-01-02', INTERVAL 1 MILLISECOND)`,
      'value-too-large',
      7,
    ],
    [
      `SELECT range('2020-01-01 00:00:00'::TIMESTAMP, DATE '2030-01-01', to_seconds(1))`,
      'value-too-large',
      7,
    ],
    [`SELECT 1\0; DROP TABLE x`, 'bad-character', 8],
    ['', 'syntax-error', 0],
    ['-- nothing', 'syntax-error', 0],
    [`WITH "@orders" AS (SELECT 1) SELECT * FROM "@orders"`, 'table-name-reserved', 0],
    [`SELECT * FROM "@orders"`, 'table-not-found', 14],
    [`SELECT * FROM "master.regions"`, 'table-not-found', 14],
  ])('%s', async (text, code, offset) => {
    const error = await refusal('query', text);
    expect({ code: error.code, kind: error.kind, offset: error.place?.offset }).toEqual({
      code,
      kind: 'user',
      offset,
    });
  });

  it('looks only so long at names that stand for names', async () => {
    const doubled = Array.from({ length: 60 }, (_, at) => `x${at} || x${at} AS x${at + 1}`);
    const text = `SELECT 'a' AS x0, ${doubled.join(', ')}, j -> x60 FROM input`;
    expect((await refusal('query', text)).code).toBe('path-not-allowed');
  });

  it('refuses catalogue views and file names where the caller names no tables', async () => {
    for (const text of [
      'SELECT * FROM duckdb_tables',
      'SELECT * FROM sqlite_master',
      `SELECT * FROM 'a.csv'`,
      'SELECT * FROM pg_class',
    ]) {
      await expect(
        checkUserText({ kind: 'user', form: 'query', text, path: [] }, { parameters: {} }, database),
      ).rejects.toMatchObject({ code: 'table-not-found' });
    }
    await expect(
      checkUserText(
        { kind: 'user', form: 'query', text: 'SELECT * FROM anything_plain', path: [] },
        { parameters: {} },
        database,
      ),
    ).resolves.toMatchObject({ tables: ['anything_plain'] });
  });
});

describe('hostile expressions are refused', () => {
  it.each([
    [`true) UNION ALL SELECT 99 --`, 'syntax-error', 4],
    [`1 FROM orders`, 'not-one-expression', 0],
    [`1 WHERE true`, 'not-one-expression', 0],
    [`1, 2`, 'not-one-expression', 0],
    [`1 AS x`, 'not-one-expression', 0],
    [`x: 1`, 'not-one-expression', 0],
    [`DISTINCT 1`, 'not-one-expression', 0],
    [`1 ORDER BY 1`, 'not-one-expression', 0],
    [`1 LIMIT 1`, 'not-one-expression', 0],
    [`1 UNION SELECT 2`, 'not-one-expression', 0],
    [`*`, 'not-one-expression', 0],
    [`1; SELECT 2`, 'several-statements', 0],
    [`(SELECT max(content) FROM read_text('/etc/passwd'))`, 'function-not-allowed', 26],
    [`EXISTS (FROM 'x.csv')`, 'table-not-found', 13],
    [`a = current_setting('temp_directory')`, 'function-not-allowed', 4],
    [`lenght(a) > 1`, 'function-not-found', 0],
    ['a = ${nope}', 'unknown-parameter', 4],
    ["a = '${since}'", 'parameter-in-quotes', 5],
    ['a = "${since}"', 'parameter-in-quotes', 5],
    ['a = $$ ${since} $$', 'parameter-in-quotes', 7],
    ['a = ${since', 'unclosed-quote', 4],
    ['coalesce(unnest(l), 1)', 'function-not-allowed', 9],
    ['1 + sum(a)', 'aggregate-not-allowed', 4],
    [`regexp_split_to_table('p,q', ',')`, 'function-not-allowed', 0],
    ['generate_subscripts([3, 4], 1)', 'function-not-allowed', 0],
    ['json_group_array(a)', 'aggregate-not-allowed', 0],
    ['geomean(a)', 'aggregate-not-allowed', 0],
    // DuckDB reads these as aggregates over the rows outside the subquery.
    ['(SELECT sum(a))', 'aggregate-not-allowed', 8],
    ['(SELECT list(input.a))', 'aggregate-not-allowed', 8],
    ['(SELECT json_group_array(a))', 'aggregate-not-allowed', 8],
    ['EXISTS (SELECT sum(a))', 'aggregate-not-allowed', 15],
    ['(SELECT s FROM (SELECT sum(a) AS s))', 'aggregate-not-allowed', 23],
    ['(WITH x AS (SELECT sum(a) AS s) SELECT s FROM x)', 'aggregate-not-allowed', 19],
    ['(VALUES (sum(a)))', 'aggregate-not-allowed', 9],
    ['(SELECT max(v) FROM unnest([sum(a)]) AS u(v))', 'aggregate-not-allowed', 28],
    ['(SELECT sum(input.a) FROM orders)', 'aggregate-not-allowed', 8],
    ['(SELECT max(id) FROM orders HAVING sum(l.a) > 1)', 'aggregate-not-allowed', 35],
  ])('%s', async (text, code, offset) => {
    const error = await refusal('expression', text);
    expect({ code: error.code, offset: error.place?.offset }).toEqual({ code, offset });
  });

  it('counts offsets in the text as written, whatever was rewritten before them', async () => {
    const text = `'größe 🙂' <> \${since}::text AND lenght(a) > 1`;
    expect((await refusal('expression', text)).place?.offset).toBe(text.indexOf('lenght'));
    expect((await refusal('expression', text)).hint).toBe('Did you mean length()?');
  });
});

describe('what people write passes', () => {
  it.each([
    'SELECT * FROM input',
    'SELECT i FROM range(1000000000000) t(i)',
    "SELECT range(1700000000, 1700000100, 10), repeat('ab', 3), generate_series(0, 9), lpad('x', length('abc'), ' ')",
    'FROM input SELECT a, b WHERE a > 1',
    'WITH x AS (SELECT a FROM input), y AS (SELECT * FROM x) SELECT * FROM y JOIN x USING (a)',
    'WITH orders AS (SELECT * FROM orders WHERE a > 1) SELECT * FROM orders',
    'WITH RECURSIVE r AS (SELECT 1 i UNION ALL SELECT i + 1 FROM r WHERE i < 10) SELECT * FROM r',
    'SELECT *, row_number() OVER (PARTITION BY a ORDER BY b DESC NULLS LAST) AS n FROM input QUALIFY n = 1',
    'SELECT lag(a IGNORE NULLS) OVER w FROM input WINDOW w AS (ORDER BY b)',
    'SELECT list_transform(l, x -> x + 1), list_filter(l, lambda x: x > 1), [x * 2 FOR x IN l IF x > 1] FROM input',
    `SELECT {'a': 1}.a, MAP {'k': 1}['k'], l[1], l[1:2], row(1, 2) FROM input`,
    'SELECT region, sum(amount) FROM input GROUP BY ALL ORDER BY ALL',
    'SELECT a, count(*) FILTER (WHERE b > 1), count(DISTINCT c) FROM input GROUP BY ROLLUP (a) HAVING count(*) > 1',
    'SELECT * FROM orders WHERE EXISTS (SELECT 1 FROM regions WHERE regions.id = orders.region_id)',
    'SELECT * FROM orders, LATERAL (SELECT orders.a + 1 AS b)',
    'SELECT * FROM orders ASOF JOIN regions ON orders.t >= regions.t',
    'SELECT * FROM orders SEMI JOIN regions USING (id)',
    'SELECT * FROM orders POSITIONAL JOIN regions',
    'SELECT DISTINCT ON (a) a, b FROM input ORDER BY a, b LIMIT 10 OFFSET 5',
    `SELECT regexp_extract(a, '(\\d+)', 1), a ~ 'x', a SIMILAR TO 'y', a LIKE '50\\%' ESCAPE '\\', a GLOB '*x' FROM input`,
    `SELECT date_trunc('month', d), d + INTERVAL 1 MONTH, extract(year FROM d), d AT TIME ZONE 'UTC', strftime(d, '%Y') FROM input`,
    `SELECT CASE WHEN a > 1 THEN 'x' ELSE 'y' END, coalesce(a, b), nullif(a, 0), ifnull(a, 1), if(a > 1, 2, 3) FROM input`,
    'SELECT try(1 / a), TRY_CAST(b AS INTEGER), a::DECIMAL(10, 2), CAST(a AS STRUCT(x INTEGER, y VARCHAR[])) FROM input',
    "SELECT * EXCLUDE (a) REPLACE (b + 1 AS b) RENAME (c AS d), COLUMNS('x.*') FROM input",
    'SELECT i FROM range(10) t(i), generate_series(1, 3) s(j)',
    'SELECT * FROM input, range(length(input.a)) LIMIT 2 * ${few} OFFSET abs(-3)'.replace('${few}', '3'),
    'SELECT u.x FROM unnest(list_transform(range(1, 4), x -> x + 1)) AS u(x) LIMIT (SELECT 3)',
    'SELECT u.* FROM input, unnest(input.l) AS u(x)',
    `SELECT j.key, j.value FROM input, json_each(input.doc) AS j`,
    `SELECT from_json(j, '{"variant": "VARCHAR", "tags": ["ENUM(''variant'')"], "gone": "NULL"}') FROM input`,
    `SELECT doc ->> '$.a', doc -> 'a' -> 0, doc ->> ('$.' || 'items[*]'), doc -> ('$.' || k), doc ->> k FROM input`,
    'SELECT doc ->> (SELECT ${names}[1]), lower(k) AS k, doc ->> k FROM input',
    `SELECT json_extract(doc, ['$.a', '$.b']), json_keys(doc), input.json_value('$.a') FROM input`,
    "SELECT list_transform(l, x -> repeat(a, 3)), list_filter(l, x -> ${since} > DATE '2020-01-01') FROM input",
    'SELECT lag(a, 3) OVER (), lead(a, -2, 0) OVER (), lag(a, greatest(n, 0)) OVER () FROM input',
    `SELECT format('{:>20} 20250101123456 {}', a, b), printf('%10.2f', a), bitstring('1', 8) FROM input`,
    `SELECT range(TIMESTAMP '2020-01-01', TIMESTAMP '2021-01-01', INTERVAL 1 HOUR) FROM input`,
    "SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(id, name)",
    'VALUES (1), (2)',
    'SELECT a FROM orders UNION ALL BY NAME SELECT a FROM regions EXCEPT SELECT 3',
    "SELECT * FROM input PIVOT (sum(amount) FOR month IN (1, 2, 'x') GROUP BY region)",
    'SELECT * FROM input UNPIVOT (v FOR n IN (a, b))',
    'SELECT * FROM input USING SAMPLE 10 PERCENT (bernoulli, 42)',
    'SELECT "order", "select", "größe", "a""b" FROM "input" AS "group"',
    'SELECT a = ANY (SELECT b FROM regions), a IN (SELECT b FROM regions), (SELECT max(b) FROM regions) FROM input',
    'SELECT x.lower().trim() FROM input AS x',
    'SELECT 1 -- the end',
    'SELECT 1 /* nested /* comment */ */ ;;',
    `SELECT E'it\\'s', 'it''s', $$it's$$, $tag$ $1 ? $tag$, x'41'`,
  ])('%s', async (text) => {
    await expect(check('query', text)).resolves.toMatchObject({ kind: 'checked', form: 'query' });
  });

  it.each([
    '(SELECT sum(amount) FROM orders)',
    '(SELECT sum(o.amount * input.rate) FROM orders AS o)',
    '(SELECT count(*))',
    '(SELECT max(b) FROM regions WHERE regions.id = input.region_id)',
    '(SELECT list(b ORDER BY b) FROM regions r JOIN orders USING (id))',
    'a IN (SELECT min(id) FROM orders GROUP BY k HAVING count(*) > input.n)',
    '(SELECT sum(x) FROM unnest(l) AS u(x))',
    'sum(a) OVER ()',
  ])('%s, as an expression', async (text) => {
    await expect(check('expression', text)).resolves.toMatchObject({ kind: 'checked' });
  });

  it('binds parameters by type and names each once', async () => {
    const checked = await check(
      'expression',
      'd >= ${since} AND d < ${ since } + 7 AND n IN ${names} -- ${not} here',
    );
    expect(checked.sql).toBe(
      'd >= CAST($since AS DATE) AND d < CAST($since AS DATE) + 7 AND n IN CAST($names AS VARCHAR[])',
    );
    expect(checked.parameters).toEqual(['since', 'names']);
  });

  it('takes $${ for a literal ${', async () => {
    expect((await check('expression', `a || '$\${x}'`)).sql).toBe("a || '${x}'");
  });

  it('leaves nothing that DuckDB reads in two ways: comments, escaped quotes, dollar quotes', async () => {
    const sqlOf = async (text: string) => (await check('expression', text)).sql;
    expect(await sqlOf(`1 /* ' */ + /* " */ 2`)).toBe('1   +   2');
    expect(await sqlOf(`E'it\\'s \\\\' || E'\\n'`)).toBe(`E'it''s \\\\' || E'\\n'`);
    expect(await sqlOf(`$$it's$$ || $a$"$$"$a$`)).toBe(`'it''s' || '"$$"'`);
  });

  it('says which columns a text names, and where it cannot', async () => {
    const columnsOf = async (text: string) => (await check('expression', text)).columns;
    expect(await columnsOf('"a""b" > 1 AND input.Qty < box.width')).toEqual([
      ['a"b'],
      ['input', 'Qty'],
      ['box', 'width'],
    ]);
    expect(await columnsOf('1 = 1')).toEqual([]);
    expect(await columnsOf('#1 > 5 AND z > 1')).toBeNull();
  });

  it('takes a sample without a seed for chance', async () => {
    const isVolatile = async (text: string) => (await check('query', text)).volatile;
    expect(await isVolatile('SELECT * FROM input USING SAMPLE 50%')).toBe(true);
    expect(await isVolatile('SELECT * FROM input TABLESAMPLE reservoir(5)')).toBe(true);
    expect(await isVolatile('SELECT * FROM input USING SAMPLE 10 PERCENT (bernoulli, 42)')).toBe(false);
    expect(await isVolatile("SELECT list_aggregate(l, 'reservoir_quantile', 0.5) FROM input")).toBe(
      await isVolatile('SELECT reservoir_quantile(a, 0.5) FROM input'),
    );
  });

  it('drops semicolons at the end and keeps those in quotes', async () => {
    expect((await check('query', `SELECT ';' ; -- done`)).sql).toBe(`SELECT ';'`);
  });

  it('reads master data as one quoted table, by its id unless it has an alias', async () => {
    const checked = await check(
      'query',
      'SELECT input.a, master.regions.name, r.b FROM input JOIN master.regions USING (a) JOIN MASTER . "regions" r ON true',
    );
    expect(checked.masters).toEqual(['regions']);
    expect(checked.tables).toEqual(['input']);
    expect(checked.sql).toBe(
      'SELECT input.a, regions.name, r.b FROM input JOIN "master.regions" AS "regions" USING (a) JOIN "master.regions" r ON true',
    );
  });

  it('finds tables, order and volatility', async () => {
    expect(
      await check('query', 'WITH x AS (SELECT * FROM orders) SELECT * FROM x, (FROM regions) ORDER BY 1'),
    ).toMatchObject({ tables: ['orders', 'regions'], ordered: true, volatile: false });
    expect(await check('query', 'SELECT * FROM (SELECT * FROM orders ORDER BY a)')).toMatchObject({
      ordered: false,
    });
    expect(await check('expression', 'a > now() - INTERVAL 1 DAY')).toMatchObject({ volatile: true });
    expect(await check('expression', 'd = current_date')).toMatchObject({ volatile: true });
    expect(await check('expression', 'random() > 0.5')).toMatchObject({ volatile: true });
    expect(await check('expression', 'age(t)')).toMatchObject({ volatile: true });
    expect(await check('expression', 'input.age()')).toMatchObject({ volatile: true });
    expect(await check('expression', "t::TIMETZ AT TIME ZONE 'Europe/Berlin'")).toMatchObject({
      volatile: true,
    });
    expect(await check('expression', "t AT TIME ZONE 'Europe/Berlin'")).toMatchObject({ volatile: false });
    expect(await check('expression', 'age(t, u)')).toMatchObject({ volatile: false });
  });
});
