import path from 'node:path';
import { fileURLToPath } from 'node:url';

const PROJECT_ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** Where results are kept unless told otherwise: `SLUICE_DATA_DIR`, else `.sluice` in the project. Absolute. */
export function defaultDataDirectory(): string {
  const named = process.env.SLUICE_DATA_DIR;
  return named ? path.resolve(named) : path.join(PROJECT_ROOT, '.sluice');
}
