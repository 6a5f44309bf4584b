import { z } from 'zod';
import { AppError } from '../errors/app-error.ts';

export const FILE_FORMATS = ['csv', 'tsv', 'json', 'ndjson', 'parquet'] as const;
export type FileFormat = (typeof FILE_FORMATS)[number];
export const fileFormatSchema = z.enum(FILE_FORMATS);

const BY_EXTENSION: Record<string, FileFormat> = {
  csv: 'csv',
  txt: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  json: 'json',
  geojson: 'json',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  parquet: 'parquet',
  pq: 'parquet',
};

/** The format that a path's extension names, looking through `.gz` and `.zst`. Throws `unknown-format`. */
export function formatOfPath(path: string): FileFormat {
  const bare = path.toLowerCase().replace(/\.(gz|zst)$/, '');
  const extension = /\.([a-z0-9]+)$/.exec(bare)?.[1];
  const format = extension === undefined ? undefined : BY_EXTENSION[extension];
  if (format) return format;
  throw new AppError('unknown-format', `The format of ${JSON.stringify(path)} is not known from its name`, {
    hint: `Say it with \`format\`: ${FILE_FORMATS.join(', ')}.`,
    place: { path: ['path'] },
  });
}
