import { z } from 'zod';
import { defineNode } from '../define.ts';
import { field, filePath } from '../fields.ts';
import { fileFormatSchema } from '../file-format.ts';

const oneCharacter = z.string().min(1).max(4);

export const fileSourceOptions = z.strictObject({
  delimiter: field(oneCharacter.optional(), {
    label: 'Delimiter',
    help: 'Found out when empty.',
    placeholder: ',',
  }),
  quote: field(z.string().max(1).optional(), { label: 'Quote', placeholder: '"' }),
  escape: field(z.string().max(1).optional(), {
    label: 'Escape',
    help: 'The character before a quote inside quotes; the quote itself in most files.',
  }),
  header: field(z.boolean().optional(), { label: 'First line holds the names' }),
  encoding: field(z.enum(['utf-8', 'utf-16', 'latin-1']).optional(), { label: 'Encoding' }),
  nullStrings: field(z.array(z.string().max(200)).max(50).optional(), {
    label: 'Texts that mean no value',
    placeholder: 'NA',
  }),
  types: field(z.record(z.string().max(500), z.string().max(2000)).optional(), {
    label: 'Types by column',
    help: 'Instead of the type that is found out. VARCHAR keeps leading zeros.',
  }),
  dateFormat: field(z.string().max(100).optional(), { label: 'Date format', placeholder: '%d.%m.%Y' }),
  timestampFormat: field(z.string().max(100).optional(), {
    label: 'Timestamp format',
    placeholder: '%d.%m.%Y %H:%M',
  }),
  skip: field(z.number().int().min(0).max(1_000_000).optional(), {
    label: 'Lines to skip',
    help: 'Before the header.',
  }),
  onBadRow: field(z.enum(['fail', 'skip', 'collect']).optional(), {
    label: 'Rows that cannot be read',
    help: 'fail ends the run (the default), skip leaves them out and says how many, collect also names their lines.',
  }),
});
export type FileSourceOptions = z.infer<typeof fileSourceOptions>;

export const fileSourceConfig = z.strictObject({
  path: filePath({
    label: 'File',
    help: 'A path, or a pattern such as data/2024-*.csv: all files that match, by name.',
    placeholder: 'data/orders.csv',
  }),
  format: field(fileFormatSchema.optional(), { label: 'Format', help: 'By the extension when empty.' }),
  options: field(fileSourceOptions.optional(), { label: 'Options' }),
});
export type FileSourceConfig = z.infer<typeof fileSourceConfig>;

export const definition = defineNode<FileSourceConfig>({
  type: 'file-source',
  version: 1,
  kind: 'source',
  title: 'File',
  description: 'Reads CSV, TSV, JSON, NDJSON or Parquet files, also compressed.',
  icon: 'file-spreadsheet',
  keywords: ['csv', 'tsv', 'json', 'ndjson', 'parquet', 'gz', 'read', 'load', 'import', 'open'],
  config: fileSourceConfig,
  initial: { path: '' },
  inputs: [],
  outputs: [{ name: 'output', label: 'Rows' }],
  summary: ({ path }) => path.split('/').at(-1) ?? path,
  rows: () => 'source',
  order: () => 'makes',
});
