import { z } from 'zod';
import { defineNode } from '../define.ts';
import { columnNames, field, filePath } from '../fields.ts';
import { fileFormatSchema } from '../file-format.ts';

export const fileDestinationOptions = z.strictObject({
  delimiter: field(z.string().min(1).max(1).optional(), { label: 'Delimiter', placeholder: ',' }),
  header: field(z.boolean().optional(), { label: 'Names in the first line' }),
  compression: field(z.enum(['none', 'gzip', 'zstd', 'snappy']).optional(), {
    label: 'Compression',
    help: 'For CSV and JSON by the extension (.gz, .zst) when empty; snappy for Parquet.',
  }),
});
export type FileDestinationOptions = z.infer<typeof fileDestinationOptions>;

export const fileDestinationConfig = z.strictObject({
  path: filePath({
    label: 'File',
    help: 'Folders on the way are made. With `partitionBy` it is a folder.',
    placeholder: 'out/result.parquet',
  }),
  format: field(fileFormatSchema.optional(), { label: 'Format', help: 'By the extension when empty.' }),
  options: field(fileDestinationOptions.optional(), { label: 'Options' }),
  partitionBy: columnNames({ label: 'One folder per value of', port: 'input' }).min(1).optional(),
});
export type FileDestinationConfig = z.infer<typeof fileDestinationConfig>;

export const definition = defineNode<FileDestinationConfig>({
  type: 'file-destination',
  version: 1,
  kind: 'destination',
  title: 'Write file',
  description: 'Writes CSV, JSON, NDJSON or Parquet; the old file stays until the new one is whole.',
  icon: 'file-output',
  keywords: ['save', 'export', 'csv', 'json', 'parquet', 'output', 'sink'],
  config: fileDestinationConfig,
  initial: { path: 'out/result.parquet' },
  inputs: [{ name: 'input', label: 'Rows', required: true }],
  outputs: [],
  summary: ({ path }) => path.split('/').filter(Boolean).at(-1) ?? path,
  rows: () => 'same',
  order: () => 'keeps',
});
