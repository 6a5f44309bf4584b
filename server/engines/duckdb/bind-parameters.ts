import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  LIST,
  VARCHAR,
  listValue,
  type DuckDBConnection,
  type DuckDBPreparedStatement,
  type DuckDBResultReader,
  type DuckDBType,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { ParameterValue } from '#lib/bind/types.ts';
import { AppError } from '#lib/errors/app-error.ts';

/** Parameters as they are bound: by the name that checked text uses. */
export type BoundParameters = Record<string, { value: ParameterValue | null; sqlType: string }>;

/**
 * Runs one statement to its end with the parameters that it uses, and gives all that it answers. One without any is not
 * prepared first: DuckDB would plan it once to prepare and once again to run it.
 */
export async function runBound(
  connection: DuckDBConnection,
  sql: string,
  parameters: BoundParameters,
): Promise<DuckDBResultReader> {
  if (!Object.keys(parameters).some((name) => sql.includes(`$${name}`))) {
    await refuseSeveral(connection, sql);
    return connection.runAndReadAll(sql);
  }
  const statement = await prepareBound(connection, sql, parameters);
  try {
    return await statement.runAndReadAll();
  } finally {
    statement.destroySync();
  }
}

/** What is prepared is one statement; what is run at once could be several. */
async function refuseSeveral(connection: DuckDBConnection, sql: string): Promise<void> {
  // A text that does not parse is no statement; running it says so in DuckDB's own words.
  const count = await connection.extractStatements(sql).then(
    (statements) => statements.count,
    () => 0,
  );
  if (count > 1)
    throw new AppError('several-statements', 'A statement of ours holds another', { kind: 'bug' });
}

/**
 * Prepares a statement and binds the parameters that it uses. Dates and timestamps are bound as text: checked SQL casts
 * every parameter to its type anyway. The caller destroys the statement.
 */
export async function prepareBound(
  connection: DuckDBConnection,
  sql: string,
  parameters: BoundParameters,
): Promise<DuckDBPreparedStatement> {
  const statement = await connection.prepare(sql);
  try {
    for (let index = 1; index <= statement.parameterCount; index++) {
      const name = statement.parameterName(index);
      const parameter = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
      if (!parameter) throw new AppError('unknown-parameter', `There is no parameter "${name}"`);
      bindOne(statement, index, parameter.value, parameter.sqlType);
    }
    return statement;
  } catch (error) {
    statement.destroySync();
    throw error;
  }
}

function bindOne(
  statement: DuckDBPreparedStatement,
  index: number,
  value: ParameterValue | null,
  sqlType: string,
): void {
  if (value === null) {
    statement.bindNull(index);
  } else if (Array.isArray(value)) {
    const itemType = sqlType.replace(/\[\]$/, '');
    statement.bindList(
      index,
      listValue(value.map((item) => scalar(item, itemType))),
      LIST(boundType(itemType)),
    );
  } else {
    statement.bindValue(index, scalar(value, sqlType), boundType(sqlType));
  }
}

function scalar(value: ParameterValue, sqlType: string): DuckDBValue {
  switch (sqlType) {
    case 'BIGINT':
      return BigInt(String(value));
    case 'DOUBLE':
      return Number(value);
    case 'BOOLEAN':
      return value === true;
    default:
      return String(value);
  }
}

function boundType(sqlType: string): DuckDBType {
  switch (sqlType) {
    case 'BIGINT':
      return BIGINT;
    case 'DOUBLE':
      return DOUBLE;
    case 'BOOLEAN':
      return BOOLEAN;
    default:
      return VARCHAR;
  }
}
