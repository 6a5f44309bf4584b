import { AppError } from '../../errors/app-error.ts';
import type { ScanRequest, SourceExecutor } from '../execute.ts';
import { type FileFormat, formatOfPath } from '../file-format.ts';
import { requireType } from '../columns.ts';
import type { ScanOption } from '../../sql/relation.ts';
import type { FileSourceConfig, FileSourceOptions } from './definition.ts';

export const execute: SourceExecutor<FileSourceConfig> = {
  kind: 'source',
  async describe(config, context) {
    const format = config.format ?? formatOfPath(config.path);
    const request = scanOptions(format, config.options ?? {});
    return context.discover({ ...request, paths: await context.files(config.path) });
  },
};

/** The options in DuckDB's own names. Throws where one does not belong to the format. */
function scanOptions(format: FileFormat, options: FileSourceOptions): Omit<ScanRequest, 'paths'> {
  const onBadRow = options.onBadRow ?? 'fail';
  switch (format) {
    case 'csv':
    case 'tsv':
      return { format: 'csv', options: csvOptions(format, options), onBadRow };
    case 'json':
    case 'ndjson': {
      refuseOthers(format, options, ['types', 'dateFormat', 'timestampFormat']);
      const reader = { ...common(options), format: format === 'ndjson' ? 'newline_delimited' : 'auto' };
      return { format, options: reader, onBadRow: 'fail' };
    }
    case 'parquet':
      refuseOthers(format, options, []);
      return { format, options: {}, onBadRow: 'fail' };
  }
}

function csvOptions(format: 'csv' | 'tsv', options: FileSourceOptions): Record<string, ScanOption> {
  const delimiter = options.delimiter ?? (format === 'tsv' ? '\t' : undefined);
  return {
    ...common(options),
    ...given('delim', delimiter === '\\t' ? '\t' : delimiter),
    ...given('quote', options.quote),
    ...given('escape', options.escape),
    ...given('header', options.header),
    ...given('encoding', options.encoding),
    ...given('nullstr', options.nullStrings),
    ...given('skip', options.skip),
  };
}

function common(options: FileSourceOptions): Record<string, ScanOption> {
  const types = Object.entries(options.types ?? {}).map(
    ([name, type]) => [name, requireType(type, ['options', 'types', name])] as const,
  );
  return {
    ...given('types', types.length > 0 ? Object.fromEntries(types) : undefined),
    ...given('dateformat', options.dateFormat),
    ...given('timestampformat', options.timestampFormat),
  };
}

const given = (name: string, value: ScanOption | undefined): Record<string, ScanOption> =>
  value === undefined ? {} : { [name]: value };

function refuseOthers(
  format: FileFormat,
  options: FileSourceOptions,
  allowed: readonly (keyof FileSourceOptions)[],
): void {
  for (const name of Object.keys(options)) {
    if ((allowed as readonly string[]).includes(name)) continue;
    throw new AppError('option-without-effect', `\`${name}\` means nothing for ${format} files`, {
      hint:
        allowed.length > 0
          ? `Options for ${format}: ${allowed.join(', ')}.`
          : `${format} files need no options.`,
      place: { path: ['options', name] },
    });
  }
}
