import { AppError } from '#lib/errors/app-error.ts';
import { quoteIdentifier, quoteLiteral } from '#lib/sql/quote.ts';
import type { Schema } from '#lib/sql/schema.ts';
import type { DestinationFile } from './engine.ts';
import { parquetVersion } from './stored-types.ts';

/** Formats that DuckDB's COPY writes, and what each needs to be what its name says. */
const FORMATS = {
  csv: ['FORMAT csv'],
  json: ['FORMAT json', 'ARRAY true'],
  ndjson: ['FORMAT json', 'ARRAY false'],
  parquet: ['FORMAT parquet'],
} as const;

/** Writer options that a document may set. Others could name files or change what is written where. */
const ALLOWED: Record<DestinationFile['format'], readonly string[]> = {
  csv: [
    'delimiter',
    'delim',
    'sep',
    'quote',
    'escape',
    'header',
    'null',
    'nullstr',
    'dateformat',
    'timestampformat',
    'force_quote',
    'compression',
  ],
  json: ['dateformat', 'timestampformat', 'compression'],
  ndjson: ['dateformat', 'timestampformat', 'compression'],
  parquet: ['compression', 'compression_level', 'row_group_size', 'parquet_version'],
};

/**
 * The options of a COPY that writes rows of these columns to a destination's file. Throws a `user` AppError for one that
 * is not allowed.
 */
export function copyOptions(file: DestinationFile, schema: Schema): string {
  const options = new Map(
    FORMATS[file.format].map((option) => [option.split(' ')[0] ?? '', option.split(' ').slice(1).join(' ')]),
  );
  if (file.format === 'parquet') options.set('PARQUET_VERSION', parquetVersion(schema));
  if (file.path.toLowerCase().endsWith('.gz') && file.format !== 'parquet')
    options.set('COMPRESSION', 'gzip');
  for (const [name, value] of Object.entries(file.options)) {
    if (!ALLOWED[file.format].includes(name.toLowerCase())) {
      throw new AppError('unknown-option', `A ${file.format} file has no option "${name}"`, {
        hint: `It has: ${ALLOWED[file.format].join(', ')}.`,
      });
    }
    options.set(name.toUpperCase(), typeof value === 'string' ? quoteLiteral(value) : String(value));
  }
  if (file.partitionBy.length > 0)
    options.set('PARTITION_BY', `(${file.partitionBy.map(quoteIdentifier).join(', ')})`);
  return [...options].map(([name, value]) => `${name} ${value}`).join(', ');
}
