import { z } from 'zod';

/** A column of a relation. `type` is a DuckDB type name (`BIGINT`, `DECIMAL(18,2)`, `STRUCT(a INTEGER)`). */
export const columnSchema = z.object({ name: z.string(), type: z.string() });
export type Column = z.infer<typeof columnSchema>;

/** The columns of a relation, in order. Names are unique without regard to case. */
export const schemaSchema = z.array(columnSchema).max(10_000);
export type Schema = z.infer<typeof schemaSchema>;

/** The column of that name without regard to case, as DuckDB compares names. */
export function findColumn(schema: Schema, name: string): Column | undefined {
  const wanted = name.toLowerCase();
  return schema.find((column) => column.name.toLowerCase() === wanted);
}
