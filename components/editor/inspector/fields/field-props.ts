import type { FieldShape, NamedShape } from '../field-shape.ts';
import type { FieldPath } from './form-context.tsx';

export interface ConfigFieldProps {
  name: string;
  shape: FieldShape;
  path: FieldPath;
  value: unknown;
  onChange: (value: unknown, path: FieldPath) => void;
}

/** The members of an object; none of what is no object yet. */
export const membersOf = (value: unknown): Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {};

/** Short fields share a line, SQL has one of its own; what is rarely set waits behind a button until it is. */
export function rowsOf(fields: readonly NamedShape[]) {
  const isWide = ({ shape }: NamedShape) =>
    ['expression', 'query', 'code'].includes(shape.meta.meaning ?? '');
  const isRare = ({ shape }: NamedShape) => {
    if (shape.kind === 'list' || shape.kind === 'object' || shape.kind === 'record') return true;
    return (
      shape.optional &&
      shape.defaultValue === undefined &&
      shape.meta.meaning === undefined &&
      shape.kind !== 'number'
    );
  };
  return {
    short: fields.filter((field) => !isWide(field) && !isRare(field)),
    wide: fields.filter(isWide),
    rare: fields.filter((field) => isRare(field) && !isWide(field)),
  };
}

/** A choice of short words needs little room. */
export const isNarrow = (shape: FieldShape) =>
  shape.kind === 'choice' && shape.options.every((option) => option.length <= 10);
