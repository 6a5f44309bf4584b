// The data that the examples read comes with the package vega-datasets and is copied beside them.
import { copyFile, mkdir, stat } from 'node:fs/promises';
import { inRoot } from './paths.mjs';

/** Real data under a free licence; each file keeps its name. */
const EXAMPLE_FILES = ['airports.csv', 'birdstrikes.csv', 'flights-3m.parquet', 'movies.json', 'weather.csv'];

/** Lays the example data under `examples/data`. */
export async function ensureExampleData() {
  await mkdir(inRoot('examples/data'), { recursive: true });
  for (const name of EXAMPLE_FILES) {
    const source = inRoot('node_modules/vega-datasets/data', name);
    const target = inRoot('examples/data', name);
    if ((await sizeOf(target)) === (await sizeOf(source))) continue;
    await copyFile(source, target);
  }
}

/** @param {string} file */
async function sizeOf(file) {
  return stat(file).then(
    ({ size }) => size,
    () => undefined,
  );
}
