import { describeColumns } from './describe-columns.ts';
import type { Discovered, ScanFiles } from './scan-files.ts';
import { readerCall } from './scan-options.ts';
import type { ScanOption } from '#lib/sql/relation.ts';

/** Smaller files are read whole to find their columns; larger ones by their first objects. */
const WHOLE_BYTES = 64 * 1024 ** 2;
const SAMPLED_OBJECTS = 100_000;

/** Columns of JSON files: the union of the objects' keys. `types` and formats that were given hold. */
export async function discoverJson({ request, paths, bytes, connection }: ScanFiles): Promise<Discovered> {
  const { types, ...given } = request.options;
  const shared: Record<string, ScanOption> = {
    ...given,
    ...(paths.length > 1 ? { union_by_name: true } : {}),
    ...(request.onBadRow !== 'fail' && request.format === 'ndjson' ? { ignore_errors: true } : {}),
  };
  const sniffing = { ...shared, sample_size: bytes <= WHOLE_BYTES ? -1 : SAMPLED_OBJECTS };
  const sniffed = await describeColumns(
    connection,
    `SELECT * FROM ${readerCall(request.format, paths, sniffing)}`,
  );
  const wanted = new Map(typeof types === 'object' && !Array.isArray(types) ? Object.entries(types) : []);
  const schema = sniffed.map(({ name, type }) => ({ name, type: wanted.get(name) ?? type }));
  const isSniffedAsIs = schema.length === 1 && schema[0]?.name === 'json';
  // A list of plain values has no keys to name columns by.
  const options = isSniffedAsIs
    ? shared
    : { ...shared, columns: Object.fromEntries(schema.map(({ name, type }) => [name, type])) };
  return {
    schema,
    scan: { format: request.format, paths, options, schema, onBadRow: request.onBadRow },
    estimatedRows: null,
    warnings: [],
  };
}
