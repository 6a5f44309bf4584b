import { mkdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

/** Parquet files by table name. */
export type Tables = Record<TableName | 'flights', string>;
type TableName = 'region' | 'nation' | 'supplier' | 'customer' | 'part' | 'orders' | 'lineitem';

const FLIGHTS = fileURLToPath(
  new URL('../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url),
);

/** A repeatable pick of one of `count` numbers, different for each purpose. */
const pick = (row: string, purpose: number, count: number) =>
  `CAST(hash(${row}, ${purpose}) % ${count} AS INTEGER)`;
const oneOf = (row: string, purpose: number, words: string[]) =>
  `[${words.map((word) => `'${word}'`).join(', ')}][1 + ${pick(row, purpose, words.length)}]`;

/** Tables of TPC-H's shape and sizes, drawn by hashing row numbers, so that they are the same everywhere. */
function selects(scale: number): Record<TableName, string> {
  const rows = (atOne: number) => Math.round(atOne * scale);
  const counts = {
    supplier: rows(10_000),
    customer: rows(150_000),
    part: rows(200_000),
    orders: rows(1_500_000),
  };
  return {
    region: `SELECT range::INTEGER AS r_regionkey, ['AFRICA', 'AMERICA', 'ASIA', 'EUROPE', 'MIDDLE EAST'][1 + range] AS r_name FROM range(5)`,
    nation: `SELECT range::INTEGER AS n_nationkey, 'NATION ' || range AS n_name, (range % 5)::INTEGER AS n_regionkey FROM range(25)`,
    supplier: `SELECT range + 1 AS s_suppkey, 'Supplier ' || range AS s_name, ${pick('range', 1, 25)} AS s_nationkey, ${pick('range', 2, 1_000_000)} / 100.0 AS s_acctbal FROM range(${counts.supplier})`,
    customer: `SELECT range + 1 AS c_custkey, 'Customer ' || range AS c_name, ${pick('range', 3, 25)} AS c_nationkey, ${pick('range', 4, 1_000_000)} / 100.0 AS c_acctbal, ${oneOf('range', 5, ['AUTOMOBILE', 'BUILDING', 'FURNITURE', 'HOUSEHOLD', 'MACHINERY'])} AS c_mktsegment FROM range(${counts.customer})`,
    part: `SELECT range + 1 AS p_partkey, 'Part ' || range AS p_name, 'Brand ' || ${pick('range', 6, 25)} AS p_brand, ${oneOf('range', 7, ['STEEL', 'BRASS', 'COPPER', 'NICKEL', 'TIN'])} AS p_type, 1 + ${pick('range', 8, 50)} AS p_size FROM range(${counts.part})`,
    orders: `SELECT range + 1 AS o_orderkey, 1 + ${pick('range', 9, counts.customer)} AS o_custkey, DATE '1992-01-01' + ${pick('range', 10, 2400)} AS o_orderdate, ${oneOf('range', 11, ['O', 'F', 'P'])} AS o_orderstatus, ${oneOf('range', 12, ['1-URGENT', '2-HIGH', '3-MEDIUM', '4-LOW', '5-NONE'])} AS o_orderpriority, ${pick('range', 13, 50_000_000)} / 100.0 AS o_totalprice FROM range(${counts.orders})`,
    lineitem: `SELECT 1 + range // 4 AS l_orderkey, 1 + ${pick('range', 14, counts.part)} AS l_partkey, 1 + ${pick('range', 15, counts.supplier)} AS l_suppkey, (1 + range % 4)::INTEGER AS l_linenumber, 1 + ${pick('range', 16, 50)} AS l_quantity, ${pick('range', 17, 10_000_000)} / 100.0 AS l_extendedprice, ${pick('range', 18, 11)} / 100.0 AS l_discount, ${pick('range', 19, 9)} / 100.0 AS l_tax, ${oneOf('range', 20, ['A', 'N', 'R'])} AS l_returnflag, ${oneOf('range', 21, ['O', 'F'])} AS l_linestatus, DATE '1992-01-01' + ${pick('range', 22, 2520)} AS l_shipdate, ${oneOf('range', 23, ['AIR', 'MAIL', 'RAIL', 'SHIP', 'TRUCK', 'FOB', 'REG AIR'])} AS l_shipmode FROM range(${rows(6_000_000)})`,
  };
}

/** Makes what is missing in `folder`, in a folder of its own for each scale. */
export async function prepareTables(folder: string, scale: number): Promise<Tables> {
  const place = path.join(folder, `scale-${scale}`);
  await mkdir(place, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const tables: Partial<Tables> = { flights: FLIGHTS };
  for (const [name, select] of Object.entries(selects(scale)) as [TableName, string][]) {
    const file = path.join(place, `${name}.parquet`);
    tables[name] = file;
    if (await stat(file).catch(() => null)) continue;
    await connection.run(`COPY (${select}) TO '${file}.part' (FORMAT parquet, PARQUET_VERSION v2)`);
    await rename(`${file}.part`, file);
  }
  connection.closeSync();
  instance.closeSync();
  return tables as Tables;
}
