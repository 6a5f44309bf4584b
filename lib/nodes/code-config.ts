import { z } from 'zod';
import type { CodeRelation } from '../sql/relation.ts';
import { columnNames, field, newColumnName } from './fields.ts';

const resultColumn = z.strictObject({
  name: newColumnName({ label: 'Column' }),
  type: field(z.string().trim().min(1).max(500), {
    label: 'Type',
    help: 'A SQL type: BIGINT, DOUBLE, VARCHAR, DATE, DECIMAL(18,2) …',
  }),
});

/** What the nodes that run JavaScript have in common. */
export const codeShape = {
  columns: field(
    z
      .array(resultColumn)
      .min(1)
      .max(2000)
      .refine((columns) => new Set(columns.map(({ name }) => name.toLowerCase())).size === columns.length, {
        message: 'two columns have the same name',
      })
      .optional(),
    {
      label: 'Columns of the result',
      help: 'Their names and types. Without it they are found by trying the code on the first rows.',
    },
  ),
  asText: field(columnNames({ port: 'input' }).optional(), {
    label: 'Hand over as text',
    help: 'Columns whose numbers are too long for JavaScript, such as 64-bit ids.',
    port: 'input',
  }),
};

/** The body of a function, as a person writes it. */
export const codeText = (meta: { label: string; help: string; placeholder: string }) =>
  field(z.string().trim().min(1, 'write some code').max(200_000), { ...meta, meaning: 'code' });

interface CodeConfig {
  code: string;
  columns?: { name: string; type: string }[] | undefined;
  asText?: string[] | undefined;
}

/** The relation that a config with `codeShape` means. */
export function codeRelation(
  form: CodeRelation['form'],
  { code, columns, asText }: CodeConfig,
  tables: CodeRelation['tables'],
): CodeRelation {
  return { op: 'code', form, code, tables, asText: asText ?? [], columns: columns ?? null };
}

/** The first line that says something, for the card. */
export function codeSummary(code: string): string {
  const lines = code.split('\n').map((line) => line.trim());
  return lines.find((line) => line !== '' && !line.startsWith('//')) ?? '';
}
