import { z } from 'zod';

/**
 * What a text in a config means. It decides how parameters enter it, how the editor edits it, and who checks it:
 * `expression` and `query` are SQL (parameters bound, text guarded), `path` and `url` take parameters as text after
 * checking, `code` and `content` are never touched, everything else is a plain value.
 */
export type FieldMeaning =
  'expression' | 'query' | 'path' | 'url' | 'code' | 'content' | 'column' | 'new-column' | 'columns';

export interface FieldMeta {
  meaning?: FieldMeaning;
  /** Label in forms; the key in words unless told. */
  label?: string;
  help?: string;
  placeholder?: string;
  /** For an expression in which window and aggregate functions stand without OVER: the node adds it. */
  window?: boolean;
  /** The input port whose columns a column field picks from. */
  port?: string;
}

export const fieldRegistry = z.registry<FieldMeta>();

/** Attaches meaning to a schema: `field(z.string(), { meaning: 'column' })`. */
export function field<T extends z.ZodType>(schema: T, meta: FieldMeta): T {
  fieldRegistry.add(schema, meta);
  return schema;
}

export const sqlExpression = (meta: Omit<FieldMeta, 'meaning'> = {}) =>
  field(z.string().trim().min(1, 'write an expression').max(20_000), { ...meta, meaning: 'expression' });
export const sqlQuery = (meta: Omit<FieldMeta, 'meaning'> = {}) =>
  field(z.string().trim().min(1, 'write a query').max(100_000), { ...meta, meaning: 'query' });
export const columnName = (meta: Omit<FieldMeta, 'meaning'> = {}) =>
  field(z.string().min(1, 'choose a column').max(500), { ...meta, meaning: 'column' });
export const newColumnName = (meta: Omit<FieldMeta, 'meaning'> = {}) =>
  field(z.string().min(1, 'name the column').max(500), { ...meta, meaning: 'new-column' });
/** A list of columns of the input. */
export const columnNames = (meta: Omit<FieldMeta, 'meaning'> = {}) =>
  field(z.array(columnName(meta.port === undefined ? {} : { port: meta.port })).max(2000), {
    ...meta,
    meaning: 'columns',
  });
export const filePath = (meta: Omit<FieldMeta, 'meaning'> = {}) =>
  field(z.string().min(1, 'name a file').max(2000), { ...meta, meaning: 'path' });
