// Makes what the sandbox process runs: its own code, the code inside the isolates, and a snapshot of the DataFrame
// library ready to start. Done at set-up, and again when any of it changed. Runs on the project's own Node.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { ENGINE_FLAGS } from './flags.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const packages = path.resolve(here, '../../node_modules');

/** Where the sandbox process finds itself. */
export const bundleFolder = path.join(packages, '.cache/sluice/sandbox');

/** Made when the sandbox cannot work on this machine; says why. */
export const UNAVAILABLE_FILE = 'unavailable.txt';

const ADDON_FILE = 'isolated-vm.node';

/** Brings the bundle up to date; an instant where it is. */
export async function ensureSandboxBundle() {
  const stamp = await sourceStamp();
  const made = await readFile(path.join(bundleFolder, 'stamp'), 'utf8').catch(() => null);
  if (made === stamp) return;
  await mkdir(path.dirname(bundleFolder), { recursive: true });
  const folder = await mkdtemp(`${bundleFolder}-`);
  try {
    await bundleAll(folder);
    await addEngine(folder);
    // Where the process stands: a folder with nothing in it.
    await mkdir(path.join(folder, 'empty'));
    await writeFile(path.join(folder, 'stamp'), stamp);
    await putInPlace(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Two set-ups at once make the same; the later one's takes the place. @param {string} folder */
async function putInPlace(folder) {
  const old = `${folder}-old`;
  await rename(bundleFolder, old).catch(() => undefined);
  await rename(folder, bundleFolder).catch((error) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
  await rm(old, { recursive: true, force: true });
}

/** Changes with the sources, the libraries, Node and the machine. */
async function sourceStamp() {
  const hash = createHash('sha256');
  hash.update([process.version, process.platform, process.arch, ...ENGINE_FLAGS].join('\0'));
  for (const name of ['danfojs-node', '@tensorflow/tfjs-core', 'isolated-vm', 'esbuild']) {
    const { version } = JSON.parse(await readFile(path.join(packages, name, 'package.json'), 'utf8'));
    hash.update(`${name} ${version}\0`);
  }
  const files = (await readdir(here, { recursive: true })).filter((file) =>
    /(?<!\.test)\.(ts|mjs)$/.test(file),
  );
  for (const file of files.sort()) hash.update(`${file}\0`).update(await readFile(path.join(here, file)));
  return hash.digest('hex');
}

/** @param {string} folder */
async function bundleAll(folder) {
  const { build } = await import('esbuild');
  const guest = /** @type {const} */ ({
    bundle: true,
    format: 'iife',
    platform: 'browser',
    target: 'es2024',
    minify: true,
    legalComments: 'none',
    logLevel: 'error',
    charset: 'utf8',
  });
  await Promise.all([
    build({
      ...guest,
      entryPoints: [path.join(here, 'guest/rows.ts')],
      outfile: path.join(folder, 'rows.js'),
    }),
    build({
      ...guest,
      entryPoints: [path.join(here, 'guest/frame.ts')],
      outfile: path.join(folder, 'frame.js'),
      mainFields: ['module', 'main'],
      define: { global: 'globalThis', 'process.env.NODE_ENV': '"production"' },
      // The library's packages call themselves free of side effects, and then register their operations on import.
      ignoreAnnotations: true,
      plugins: [withoutServerParts, withoutChance],
    }),
    build({
      entryPoints: [path.join(here, 'host/main.ts')],
      outfile: path.join(folder, 'host.mjs'),
      bundle: true,
      format: 'esm',
      platform: 'node',
      target: 'node24',
      logLevel: 'error',
      plugins: [withAddonBeside],
    }),
  ]);
}

/**
 * The DataFrame library is made for servers: what it reads and plots with is left out.
 * @type {import('esbuild').Plugin}
 */
const withoutServerParts = {
  name: 'without-server-parts',
  setup(build) {
    const names = /^(fs|stream|util|request|node-fetch|xlsx|stream-json(\/.*)?|plotly\.js-dist-min)$/;
    for (const filter of [names, /danfojs-base\/plotting$/]) {
      build.onResolve({ filter }, ({ path: name }) => ({ path: name, namespace: 'absent' }));
    }
    build.onLoad({ filter: /.*/, namespace: 'absent' }, () => ({ contents: ABSENT }));
    build.onResolve({ filter: /^@tensorflow\/tfjs-node$/ }, ({ path: name }) => ({
      path: name,
      namespace: 'tensors',
    }));
    build.onLoad({ filter: /.*/, namespace: 'tensors' }, ({ path: name }) => ({
      contents: TENSORS,
      resolveDir: path.join(packages, name),
    }));
  },
};

/**
 * Medians are found from pivots that are drawn by lot. Which ones they are changes nothing in what is found, and yet code
 * that asks for a median would count as code that asks chance, and never be reused. So the lots are the same every time;
 * one and the same pivot would never end.
 * @type {import('esbuild').Plugin}
 */
const withoutChance = {
  name: 'without-chance',
  setup(build) {
    const filter = /[\\/]mathjs[\\/]lib[\\/]\w+[\\/]function[\\/]matrix[\\/]partitionSelect\.js$/;
    build.onLoad({ filter }, async ({ path: file }) => ({
      contents: (await readFile(file, 'utf8')).replace('Math.random()', 'drawLot()') + LOTS,
    }));
  },
};

const LOTS = `
let lot = 1;
const drawLot = () => (lot = (lot * 16807) % 2147483647) / 2147483647;
`;

/**
 * The addon lies in the same folder, found without looking round: then the process needs to read nothing else.
 * @type {import('esbuild').Plugin}
 */
const withAddonBeside = {
  name: 'with-addon-beside',
  setup(build) {
    build.onResolve({ filter: /^isolated-vm$/ }, ({ path: name }) => ({ path: name, namespace: 'addon' }));
    build.onLoad({ filter: /.*/, namespace: 'addon' }, () => ({
      contents: `import { createRequire } from 'node:module';
export default createRequire(import.meta.url)('./${ADDON_FILE}').ivm;`,
    }));
  },
};

/** The numeric library under the DataFrames, on the one backend that needs nothing but the language. */
const TENSORS = `
export * from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-core/dist/public/chained_ops/register_all_chained_ops';
import '@tensorflow/tfjs-backend-cpu';
export { default as data } from 'fs';
`;

/** What needs files, network or a page. */
const ABSENT = `
const absent = () => { throw new Error('This is not available here: code has no files, no network and no plots.'); };
module.exports = new Proxy(class Absent {}, {
  get: (target, name) => (name === '__esModule' || name === 'prototype' ? target[name] : absent),
});
`;

/** @param {string} folder */
async function addEngine(folder) {
  try {
    const isolatedVm = path.join(packages, 'isolated-vm');
    const load = createRequire(path.join(isolatedVm, 'package.json'));
    await copyFile(load('node-gyp-build').path(isolatedVm), path.join(folder, ADDON_FILE));
    await promisify(execFile)(process.execPath, [
      ...ENGINE_FLAGS,
      path.join(here, 'build-snapshot.mjs'),
      folder,
    ]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    await writeFile(path.join(folder, UNAVAILABLE_FILE), reason);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await ensureSandboxBundle();
