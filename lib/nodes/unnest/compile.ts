import { AppError } from '../../errors/app-error.ts';
import { call, column, literal } from '../../sql/expression.ts';
import type { Projection, Relation } from '../../sql/relation.ts';
import type { Schema } from '../../sql/schema.ts';
import { parseType, printType, type SqlType } from '../../sql/types.ts';
import { addName, freeName, namesOf, requireColumn, requireInput } from '../columns.ts';
import type { CompileNode } from '../define.ts';
import type { UnnestConfig } from './definition.ts';

const INPUT: Relation = { op: 'input', port: 'input' };

export const compile: CompileNode<UnnestConfig> = ({ config, inputs }) => {
  const { schema } = requireInput(inputs, 'input');
  const source = requireColumn(schema, config.column, ['column']);
  const type = parseType(source.type);
  const element = type?.kind === 'list' ? type.item : null;
  // A struct without a list round it has one row already; its fields can still become columns.
  const struct = config.spread ? (element ?? type) : null;
  if (!element && struct?.kind !== 'struct') {
    throw new AppError('column-type', `"${source.name}" is ${source.type}, not a list`, {
      hint:
        type?.kind === 'struct'
          ? 'Set `spread` to turn its fields into columns.'
          : "Only a list has elements; make one with mutate, such as string_split(tags, ',').",
      place: { path: ['column'] },
    });
  }
  const others = namesOf(schema.filter(({ name }) => name !== source.name));
  const name = config.as ?? source.name;
  if (!struct) addName(others, name, [config.as === undefined ? 'column' : 'as']);
  const rows: Relation = element
    ? {
        op: 'unnest',
        input:
          type?.kind === 'list' && type.size !== null
            ? withFreeLength(schema, source.name, type.item)
            : INPUT,
        columns: schema.map((one) => one.name),
        column: source.name,
        as: struct ? source.name : name,
        keepEmpty: config.keepEmpty,
      }
    : INPUT;
  return struct ? spread(rows, schema, source.name, { type: struct, prefix: name }) : rows;
};

/** An array of fixed length as a list: DuckDB has no CASE over arrays. */
function withFreeLength(schema: Schema, array: string, item: SqlType): Relation {
  const type = printType({ kind: 'list', item, size: null });
  const columns = schema.map(({ name }): Projection => {
    const value = column(name);
    return { name, expression: name === array ? { kind: 'cast', operand: value, type } : value };
  });
  return { op: 'project', input: INPUT, columns };
}

/** The struct's fields take its place, each under its own name, or with the column's before it where that is taken. */
function spread(
  input: Relation,
  schema: Schema,
  source: string,
  { type, prefix }: { type: SqlType; prefix: string },
): Relation {
  if (type.kind !== 'struct') {
    throw new AppError('column-type', `The elements of "${source}" are no structs, so they have no fields`, {
      hint: 'Leave `spread` out.',
      place: { path: ['spread'] },
    });
  }
  const taken = namesOf(schema.filter(({ name }) => name !== source));
  const fields: Projection[] = type.fields.map((field) => ({
    name: freeName(taken, taken.has(field.name.toLowerCase()) ? `${prefix}_${field.name}` : field.name),
    expression: call('struct_extract', column(source), literal(field.name)),
  }));
  return {
    op: 'project',
    input,
    columns: schema.flatMap(({ name }) => (name === source ? fields : [{ name, expression: column(name) }])),
  };
}
