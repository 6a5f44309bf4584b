import { AppError } from '#lib/errors/app-error.ts';
import { quoteIdentifier, quoteLiteral } from '#lib/sql/quote.ts';
import type { FileScan, ScanOption } from '#lib/sql/relation.ts';
import type { Schema } from '#lib/sql/schema.ts';

const READERS = { csv: 'read_csv', json: 'read_json', ndjson: 'read_json', parquet: 'read_parquet' } as const;

/** A reader's call over these files: what may follow FROM. */
export function readerCall(
  format: FileScan['format'],
  paths: readonly string[],
  options: Record<string, ScanOption>,
): string {
  return `${READERS[format]}([${paths.map(quoteLiteral).join(', ')}]${printOptions(options)})`;
}

/** `, name = value` for each option. */
export function printOptions(options: Record<string, ScanOption>): string {
  return Object.entries(options)
    .map(([name, value]) => `, ${optionName(name)} = ${printOption(value)}`)
    .join('');
}

function optionName(name: string): string {
  if (!/^[a-z_]+$/.test(name))
    throw new AppError('bad-option', `Not a reader's option: ${name}`, { kind: 'bug' });
  return name;
}

function printOption(value: ScanOption): string {
  if (typeof value === 'string') return quoteLiteral(value);
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return `[${value.map(quoteLiteral).join(', ')}]`;
  return `{${Object.entries(value)
    .map(([key, text]) => `${quoteIdentifier(key)}: ${quoteLiteral(text)}`)
    .join(', ')}}`;
}

/**
 * The settled columns as reader options: by place for one file, by name for several. An object of JavaScript would
 * reorder names such as "2020", so these go as lists, at the price of a sniff.
 */
export function columnOptions(schema: Schema, paths: readonly string[]): Record<string, ScanOption> {
  const byName = Object.fromEntries(schema.map(({ name, type }) => [name, type]));
  if (paths.length > 1) {
    const folders = partitionNames(paths);
    const own = Object.entries(byName).filter(([name]) => !folders.has(name.toLowerCase()));
    return { union_by_name: true, types: Object.fromEntries(own) };
  }
  const isKeptInOrder = Object.keys(byName).every((name, index) => schema[index]?.name === name);
  if (isKeptInOrder) return { columns: byName };
  return { auto_detect: true, names: schema.map(({ name }) => name), types: schema.map(({ type }) => type) };
}

/** Columns, in lower case, whose values stand in the names of folders: `region=north/`. */
export function partitionNames(paths: readonly string[]): Set<string> {
  const [first = ''] = paths;
  return new Set(
    [...first.matchAll(/(?<=\/)([^/=]+)=[^/]*(?=\/)/g)].map(([, name = '']) => name.toLowerCase()),
  );
}
