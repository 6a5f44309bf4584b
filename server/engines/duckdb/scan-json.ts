import { quoteIdentifier } from '#lib/sql/quote.ts';
import { describeColumns } from './describe-columns.ts';
import { readRows } from './read-rows.ts';
import type { Discovered, ScanFiles } from './scan-files.ts';
import { readerCall } from './scan-options.ts';
import type { ScanOption } from '#lib/sql/relation.ts';
import type { Schema } from '#lib/sql/schema.ts';

/** Smaller files are read whole to find their columns; larger ones by their first objects. */
const WHOLE_BYTES = 64 * 1024 ** 2;
const SAMPLED_OBJECTS = 100_000;

/** Columns of JSON files: the union of the objects' keys. `types` and formats that were given hold. */
export async function discoverJson({ request, paths, bytes, connection }: ScanFiles): Promise<Discovered> {
  const { types, ...given } = request.options;
  const shared: Record<string, ScanOption> = {
    ...given,
    ...(paths.length > 1 ? { union_by_name: true } : {}),
  };
  const sniffing = { ...shared, sample_size: bytes <= WHOLE_BYTES ? -1 : SAMPLED_OBJECTS };
  const sniffed = await describeColumns(
    connection,
    `SELECT * FROM ${readerCall(request.format, paths, sniffing)}`,
  );
  const wanted = new Map(typeof types === 'object' && !Array.isArray(types) ? Object.entries(types) : []);
  const schema = sniffed.map(({ name, type }) => ({ name, type: wanted.get(name) ?? type }));
  const isSniffedAsIs = schema.length === 1 && schema[0]?.name === 'json';
  // A list of plain values has no keys to name columns by, and a column that was renamed is not named by its key.
  const options = isSniffedAsIs
    ? shared
    : schema.some(({ name }, index) => mayBeRenamed(name, index, schema))
      ? sniffing
      : { ...shared, columns: Object.fromEntries(schema.map(({ name, type }) => [name, type])) };
  /** What never has a value has no type but JSON. */
  const emptyColumns = async (): Promise<string[]> => {
    const doubtful = schema.filter(({ name, type }) => type === 'JSON' && !wanted.has(name));
    if (doubtful.length === 0 || isSniffedAsIs) return [];
    const counts = doubtful.map(
      ({ name }) => `count_if(CAST(${quoteIdentifier(name)} AS VARCHAR) <> 'null')`,
    );
    const call = readerCall(request.format, paths, options);
    const [row] = await readRows(connection, `SELECT ${counts.join(', ')} FROM ${call}`);
    return doubtful.filter((_, index) => Number(row?.[index]) === 0).map(({ name }) => name);
  };
  return {
    schema,
    scan: { format: request.format, paths, options, schema, onBadRow: request.onBadRow },
    emptyColumns: bytes <= WHOLE_BYTES ? await emptyColumns() : [],
    estimatedRows: null,
    warnings: [],
  };
}

/** DuckDB names a key that differs from another only in case `key_1`, and an empty one after its place: `C2`. */
function mayBeRenamed(name: string, index: number, schema: Schema): boolean {
  if (name === `C${index}`) return true;
  const base = /^(.*)_\d+$/s.exec(name)?.[1];
  return base !== undefined && schema.some((other) => other.name.toLowerCase() === base.toLowerCase());
}
