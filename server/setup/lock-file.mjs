// `npm run lock`: completes package-lock.json for other platforms. A registry that does not carry the packages of
// every platform makes npm leave them out of the lock file, and `npm ci` then refuses it on every machine.
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { inRoot } from './paths.mjs';
import { runMain, say } from './report.mjs';

/**
 * @typedef {object} LockEntry
 * @property {string} [version]
 * @property {boolean} [dev]
 * @property {boolean} [optional]
 * @property {Record<string, string>} [optionalDependencies]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 */

const SYSTEMS = ['aix', 'android', 'darwin', 'freebsd', 'linux', 'openharmony', 'win32'];
const PROCESSORS = ['arm64', 'arm', 'ia32', 'ppc64', 'riscv64', 's390x', 'wasm32', 'x64'];

/**
 * The entries that npm left out: optional packages for other platforms, by exact version.
 * @param {Record<string, LockEntry>} packages `packages` of a lock file
 * @returns {Record<string, LockEntry>} place → entry
 */
export function missingEntries(packages) {
  /** @type {Record<string, LockEntry>} */
  const missing = {};
  for (const [place, { optionalDependencies = {}, dev }] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(optionalDependencies)) {
      const version = range.replace(/^v/, '');
      if (isFound(packages, place, name) || !/^\d/.test(version)) continue;
      const { cpu, libc, os } = platformOf(name);
      const entry = { version, cpu, dev, libc, optional: true, os };
      // In npm's own order of keys, without those that say nothing.
      missing[`node_modules/${name}`] = JSON.parse(JSON.stringify(entry));
    }
  }
  return missing;
}

/**
 * Whether Node would find a package from this place.
 * @param {Record<string, LockEntry>} packages
 * @param {string} from
 * @param {string} name
 */
function isFound(packages, from, name) {
  let place = from;
  while (place !== '') {
    if (`${place}/node_modules/${name}` in packages) return true;
    place = place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/')));
  }
  return `node_modules/${name}` in packages;
}

/**
 * What such a package says of itself, read from its name: `@scope/tool-linux-arm64-musl`.
 * @param {string} name
 * @returns {Pick<LockEntry, 'os' | 'cpu' | 'libc'>}
 */
export function platformOf(name) {
  const system = SYSTEMS.find((word) => name.includes(`-${word}`));
  const processor = PROCESSORS.find((word) => name.includes(`-${word}`));
  const libc =
    system !== 'linux' ? undefined : /musl/.test(name) ? 'musl' : /-gnu/.test(name) ? 'glibc' : undefined;
  return {
    ...(processor && { cpu: [processor] }),
    ...(libc && { libc: [libc] }),
    ...(system && { os: [system] }),
  };
}

async function completeLockFile() {
  const file = inRoot('package-lock.json');
  const lock = JSON.parse(await readFile(file, 'utf8'));
  const missing = missingEntries(lock.packages);
  const entries = Object.entries({ ...lock.packages, ...missing });
  lock.packages = Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b, 'en')));
  await writeFile(file, `${JSON.stringify(lock, null, 2)}\n`);
  say(`${Object.keys(missing).length} packages of other platforms added to package-lock.json.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await runMain(completeLockFile);
