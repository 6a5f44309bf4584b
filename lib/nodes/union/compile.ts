import { AppError } from '../../errors/app-error.ts';
import { column, literal } from '../../sql/expression.ts';
import type { Projection, Relation } from '../../sql/relation.ts';
import { findColumn, type Column, type Schema } from '../../sql/schema.ts';
import { unifyTypes, widen } from '../../sql/unify.ts';
import { requireInput } from '../columns.ts';
import type { CompileInputPart, CompileNode } from '../define.ts';
import type { UnionConfig } from './definition.ts';

export const compile: CompileNode<UnionConfig> = ({ config, inputs }) => {
  const { parts } = requireInput(inputs, 'input');
  const columns = config.by === 'position' ? byPosition(parts) : byName(parts);
  const stacked: Relation = {
    op: 'union',
    distinct: config.distinct,
    inputs: parts.map(({ alias }, part) => ({
      op: 'project',
      input: { op: 'input', port: 'input', part: alias },
      columns: columns.map(({ name, type, sources }) => projection(name, type, sources[part])),
    })),
  };
  return stacked;
};

/** An output column and the column of each input that it stacks; undefined where an input has none. */
interface StackedColumn {
  name: string;
  type: string;
  sources: (Column | undefined)[];
}

function byName(parts: readonly CompileInputPart[]): StackedColumn[] {
  const names = new Map<string, string>();
  for (const { schema } of parts)
    for (const { name } of schema) if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name);
  return [...names.values()].map((name) =>
    stackedColumn(
      name,
      parts.map(({ schema }) => findColumn(schema, name)),
      parts,
    ),
  );
}

function byPosition(parts: readonly CompileInputPart[]): StackedColumn[] {
  const first: Schema = parts[0]?.schema ?? [];
  for (const { alias, schema } of parts) {
    if (schema.length === first.length) continue;
    throw new AppError(
      'column-count',
      `"${parts[0]?.alias ?? ''}" has ${first.length} columns and "${alias}" has ${schema.length}`,
      {
        hint: 'Choose the same columns in each, or stack them by name.',
        place: { path: ['by'] },
      },
    );
  }
  return first.map(({ name }, index) =>
    stackedColumn(
      name,
      parts.map(({ schema }) => schema[index]),
      parts,
    ),
  );
}

function stackedColumn(
  name: string,
  sources: (Column | undefined)[],
  parts: readonly CompileInputPart[],
): StackedColumn {
  const type = unifyTypes(sources.flatMap((source) => source?.type ?? []));
  if (type !== null) return { name, type, sources };
  const types = sources.flatMap((source, index) =>
    source ? [`${source.type} in "${parts[index]?.alias ?? ''}"`] : [],
  );
  throw new AppError(
    'types-do-not-unify',
    `"${name}" is ${types.join(' and ')}: no type holds both without loss`,
    {
      hint: 'Cast the column in one of them with a select node before.',
      place: { path: ['by'] },
    },
  );
}

function projection(name: string, type: string, source: Column | undefined): Projection {
  return { name, expression: source ? widen(column(source.name), source.type, type) : literal(null, type) };
}
