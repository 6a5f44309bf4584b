import { AppError } from '#lib/errors/app-error.ts';
import { quoteIdentifier, quoteLiteral } from '#lib/sql/quote.ts';
import { schemaSchema, type Schema } from '#lib/sql/schema.ts';
import { parseType, printType, type SqlType } from '#lib/sql/types.ts';

/** The key under which a staged Parquet file tells its columns' own types. */
export const SCHEMA_KEY = 'sluice_schema';

/** Parquet has no such type: DuckDB would write them rounded or without their zone. As text they survive. */
const LOST_IN_PARQUET = new Set(['HUGEINT', 'UHUGEINT', 'INTERVAL', 'TIME WITH TIME ZONE']);
/** Parquet gives these back as another type; a cast restores them. */
const RENAMED_BY_PARQUET = new Set(['TIMESTAMP_S', 'TIMESTAMP_MS', 'BIT', 'BIGNUM']);

/** Types whose values come back from `portableColumns` as they went in, once read with `restoredColumns`. */
const PLAIN =
  /^(BOOLEAN|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL\(\d+, ?\d+\)|VARCHAR|DATE|TIME|TIMESTAMP( WITH TIME ZONE)?)$/;

/** True where a Parquet file written for others holds these columns without loss. */
export function keepsEveryType(schema: Schema): boolean {
  // The name under which DuckDB numbers a file's rows when a page of it is read.
  return schema.every(({ name, type }) => PLAIN.test(type) && name.toLowerCase() !== 'file_row_number');
}

/** The columns of a staged file, in the types that Parquet keeps. */
export function storedColumns(schema: Schema): string {
  return schema.map(({ name, type }) => castTo(name, type, storedType(type))).join(', ');
}

/** The columns of a staged file read back, in their own types. */
export function restoredColumns(schema: Schema): string {
  return schema.map(({ name, type }) => castTo(name, needsRestoring(type) ? '' : type, type)).join(', ');
}

/** Columns as a Parquet file for others holds them: whole numbers stay exact rather than become floating point. */
export function portableColumns(schema: Schema): string {
  return schema
    .map(({ name, type }) =>
      castTo(name, type, type === 'HUGEINT' || type === 'UHUGEINT' ? 'DECIMAL(38,0)' : type),
    )
    .join(', ');
}

function castTo(name: string, from: string, to: string): string {
  return from === to
    ? quoteIdentifier(name)
    : `CAST(${quoteIdentifier(name)} AS ${to}) AS ${quoteIdentifier(name)}`;
}

function storedType(type: string): string {
  const parsed = parseType(type);
  if (!parsed || !mentions(parsed, (name) => LOST_IN_PARQUET.has(name))) return type;
  return printType(mapSimple(parsed, (name) => (LOST_IN_PARQUET.has(name) ? 'VARCHAR' : name)));
}

function needsRestoring(type: string): boolean {
  const parsed = parseType(type);
  if (!parsed) return false;
  if (parsed.kind === 'other') return /^ENUM\b/i.test(parsed.text);
  return (
    hasFixedList(parsed) ||
    mentions(parsed, (name) => LOST_IN_PARQUET.has(name) || RENAMED_BY_PARQUET.has(name))
  );
}

function mentions(type: SqlType, test: (name: string) => boolean): boolean {
  switch (type.kind) {
    case 'simple':
      return test(type.name);
    case 'list':
      return mentions(type.item, test);
    case 'map':
      return mentions(type.key, test) || mentions(type.value, test);
    case 'struct':
      return type.fields.some((field) => mentions(field.type, test));
    case 'other':
      return false;
  }
}

function hasFixedList(type: SqlType): boolean {
  switch (type.kind) {
    case 'list':
      return type.size !== null || hasFixedList(type.item);
    case 'map':
      return hasFixedList(type.key) || hasFixedList(type.value);
    case 'struct':
      return type.fields.some((field) => hasFixedList(field.type));
    case 'simple':
    case 'other':
      return false;
  }
}

function mapSimple(type: SqlType, rename: (name: string) => string): SqlType {
  switch (type.kind) {
    case 'simple': {
      const name = rename(type.name);
      return { ...type, name, args: name === type.name ? type.args : [] };
    }
    case 'list':
      return { ...type, item: mapSimple(type.item, rename) };
    case 'map':
      return { ...type, key: mapSimple(type.key, rename), value: mapSimple(type.value, rename) };
    case 'struct':
      return {
        ...type,
        fields: type.fields.map((field) => ({ ...field, type: mapSimple(field.type, rename) })),
      };
    case 'other':
      return type;
  }
}

/** Written with one width each; whatever else stands in a list may be a text. */
const OF_ONE_WIDTH =
  /^(BOOLEAN|U?(TINY|SMALL|BIG)INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL|DATE|TIME|TIMESTAMP.*|UUID)$/;

/**
 * The version in which a Parquet file with these columns is to be written. The second packs better, but DuckDB fails in
 * it over a list or map of texts that is the same in every row ("not enough space in buffer"): it makes room for the
 * texts of one row and writes those of all.
 */
export function parquetVersion(schema: Schema): 'v1' | 'v2' {
  return schema.some(({ type }) => listsTexts(parseType(storedType(type)), false)) ? 'v1' : 'v2';
}

function listsTexts(type: SqlType | null, inList: boolean): boolean {
  switch (type?.kind) {
    case 'simple':
      return inList && !OF_ONE_WIDTH.test(type.name);
    case 'list':
      return listsTexts(type.item, true);
    case 'map':
      return listsTexts(type.key, true) || listsTexts(type.value, true);
    case 'struct':
      return type.fields.some((field) => listsTexts(field.type, inList));
    case 'other':
      // Of others than these it is not known what is in them.
      return !/^(ENUM\b|"NULL")/i.test(type.text);
    case undefined:
      return true;
  }
}

/** COPY's option that makes a staged file tell its types. */
export function schemaMetadata(schema: Schema): string {
  return `KV_METADATA {${SCHEMA_KEY}: ${quoteLiteral(JSON.stringify(schema))}}`;
}

/** Reads what `schemaMetadata` wrote. Throws where the file is not a staged result. */
export function parseSchemaMetadata(text: string, path: string): Schema {
  if (text === '') throw new AppError('not-staged', `${path} is no staged result`, { kind: 'bug' });
  return schemaSchema.parse(JSON.parse(text));
}
