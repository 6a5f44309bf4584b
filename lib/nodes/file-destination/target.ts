import { AppError } from '../../errors/app-error.ts';
import type { FileTarget } from '../execute.ts';
import { type FileFormat, formatOfPath } from '../file-format.ts';
import type { FileDestinationConfig, FileDestinationOptions } from './definition.ts';

/** What to write where. Throws a `user` AppError for an unknown format and for options that mean nothing to it. */
export function targetOf(config: FileDestinationConfig): FileTarget {
  const partitionBy = config.partitionBy ?? [];
  // A partitioned destination is a folder, whose name rarely has an extension.
  const isBareFolder = partitionBy.length > 0 && !/\.[a-z0-9]+$/i.test(config.path);
  const format = config.format ?? (isBareFolder ? 'parquet' : formatOfPath(config.path));
  return { path: config.path, partitionBy, ...copyOptions(format, config) };
}

function copyOptions(
  format: FileFormat,
  config: FileDestinationConfig,
): Pick<FileTarget, 'format' | 'options'> {
  const options = config.options ?? {};
  const compression = compressionOf(format, config);
  switch (format) {
    case 'csv':
    case 'tsv':
      return {
        format: 'csv',
        options: {
          header: options.header ?? true,
          delim: options.delimiter ?? (format === 'tsv' ? '\t' : ','),
          compression,
        },
      };
    case 'json':
    case 'ndjson':
      refuseCsvOptions(format, options);
      return { format, options: { compression } };
    case 'parquet':
      refuseCsvOptions(format, options);
      return {
        format: 'parquet',
        options: { compression: compression === 'none' ? 'uncompressed' : compression },
      };
  }
}

function compressionOf(format: FileFormat, { path, options }: FileDestinationConfig): string {
  const asked = options?.compression;
  if (format === 'parquet') return asked ?? 'snappy';
  if (asked === 'snappy') {
    throw new AppError('option-without-effect', `snappy does not exist for ${format} files`, {
      hint: 'Use gzip or zstd.',
      place: { path: ['options', 'compression'] },
    });
  }
  if (asked !== undefined) return asked;
  return /\.gz$/i.test(path) ? 'gzip' : /\.zst$/i.test(path) ? 'zstd' : 'none';
}

function refuseCsvOptions(format: FileFormat, options: FileDestinationOptions): void {
  for (const name of ['delimiter', 'header'] as const) {
    if (options[name] === undefined) continue;
    throw new AppError('option-without-effect', `\`${name}\` means nothing for ${format} files`, {
      hint: 'It belongs to csv and tsv.',
      place: { path: ['options', name] },
    });
  }
}
