// Finds a browser for the end-to-end tests, or gets one.
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { withSideInstall } from './install.mjs';
import { inRoot, pinnedNode } from './paths.mjs';
import { runCommand } from './processes.mjs';
import { say, step } from './report.mjs';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome-stable',
  'google-chrome',
  'chrome',
  'microsoft-edge',
];

const APPLICATIONS = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  'C:\\Program Files (x86)\\Google\\Chrome\\Application\\chrome.exe',
  '/snap/bin/chromium',
];

/** Where the last resort is kept: outside node_modules/.cache/side-*, which is swept. */
const SHIPPED = inRoot('node_modules/.cache/shipped-chromium');
const SHIPPED_PACKAGE = '@sparticuz/chromium@153.0.0';

/** Flags for machines without a way out, without a GPU, and for root, for whom Chromium has no sandbox. */
export const BROWSER_FLAGS = [
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-quic',
  '--disable-dev-shm-usage',
  '--no-first-run',
];

/** @returns {string | undefined} the executable of a browser that is there, though it may not start */
export function findBrowser() {
  return candidates()[0];
}

/** All executables that are there, the one named by the person first. */
function candidates() {
  const named = process.env.SLUICE_BROWSER;
  if (named) return [named];
  const folders = (process.env.PATH ?? '').split(path.delimiter);
  const onPath = NAMES.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  const places = [...onPath, ...APPLICATIONS, ...playwrightBrowsers(), path.join(SHIPPED, 'run')];
  return places.filter((file) => existsSync(file));
}

/** What `playwright install` has put into its cache, newest first. */
function playwrightBrowsers() {
  const caches = [
    process.env.PLAYWRIGHT_BROWSERS_PATH,
    path.join(homedir(), '.cache/ms-playwright'),
    path.join(homedir(), 'Library/Caches/ms-playwright'),
    path.join(homedir(), 'AppData/Local/ms-playwright'),
  ].filter((folder) => folder !== undefined && existsSync(folder));
  const inside = [
    'chrome-linux/headless_shell',
    'chrome-headless-shell-linux64/chrome-headless-shell',
    'chrome-headless-shell-linux-arm64/chrome-headless-shell',
    'chrome-headless-shell-mac-arm64/chrome-headless-shell',
    'chrome-headless-shell-mac-x64/chrome-headless-shell',
    'chrome-headless-shell-win64/chrome-headless-shell.exe',
    'chrome-linux/chrome',
    'chrome-linux64/chrome',
  ];
  return caches.flatMap((cache) =>
    readdirSync(/** @type {string} */ (cache))
      .filter((name) => name.startsWith('chromium'))
      .sort()
      .reverse()
      .flatMap((name) => inside.map((file) => path.join(/** @type {string} */ (cache), name, file))),
  );
}

/**
 * The ways to a browser, in order; each is tried until one that starts is there.
 * @type {readonly { name: string, applies: () => boolean, get: () => Promise<string | undefined> }[]}
 */
const WAYS = [
  { name: "Playwright's own download", applies: () => true, get: downloadByPlaywright },
  {
    name: "Debian's package",
    applies: () => process.getuid?.() === 0 && existsSync('/usr/bin/apt-get'),
    get: installByApt,
  },
  {
    name: 'the package ' + SHIPPED_PACKAGE,
    applies: () => process.platform === 'linux' && process.arch === 'x64',
    get: unpackShipped,
  },
];

/**
 * Gives a browser that starts, getting one if need be.
 * @returns {Promise<{ executable: string } | { reason: string }>} the reason names every way that was tried
 */
export async function ensureBrowser() {
  /** @type {Map<string, string>} what is there but does not start, or was tried in vain → why */
  const faults = new Map();
  const installed = await firstThatStarts(faults);
  if (installed !== undefined) return { executable: installed };
  const named = process.env.SLUICE_BROWSER;
  if (named) return { reason: `SLUICE_BROWSER names ${named}, which ${faults.get(named)}` };
  for (const { name, get } of WAYS.filter(({ applies }) => applies())) {
    const fault = await step(`Getting a browser for the tests: ${name}`, () => faultOf(get));
    const executable = fault === undefined ? await firstThatStarts(faults) : undefined;
    if (executable !== undefined) return { executable };
    faults.set(name, fault ?? 'brought no browser that starts');
    say(`  ${name}: ${faults.get(name)}`);
  }
  const tried = [...faults].map(([what, why]) => `${what}: ${why}`);
  return { reason: `no browser (${tried.join('; ')})` };
}

/** @param {Map<string, string>} faults gets those that do not start */
async function firstThatStarts(faults) {
  for (const executable of candidates().filter((file) => !faults.has(file))) {
    const fault = await startFault(executable);
    if (fault === undefined) return executable;
    faults.set(executable, fault);
  }
  return undefined;
}

/**
 * @param {() => Promise<string | undefined>} get
 * @returns {Promise<string | undefined>}
 */
async function faultOf(get) {
  try {
    return await get();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/**
 * Whether the tests can drive a browser: `--version` alone succeeds where shared libraries are missing.
 * @param {string} executable
 */
async function startFault(executable) {
  const options = JSON.stringify({ executablePath: executable, args: BROWSER_FLAGS, timeout: 30_000 });
  const script = `
    try {
      const { chromium } = await import('@playwright/test');
      const browser = await chromium.launch(${options});
      await (await browser.newPage()).setContent('<p>ready</p>');
      await browser.close();
    } catch (error) {
      console.error(error.message);
      process.exit(1);
    }`;
  const args = ['--input-type=module', '--eval', script];
  const { code, output } = await runCommand(pinnedNode, args, { timeoutMs: 60_000 });
  if (code === 0) return undefined;
  const [first = '', ...rest] = output.trim().split('\n');
  const cause = rest.find((line) => /error while|shared librar|cannot|sandbox/i.test(line)) ?? first;
  return `does not start (${cause.trim()})`;
}

/** @returns {Promise<string | undefined>} the fault, if any */
async function downloadByPlaywright() {
  const cli = inRoot('node_modules/@playwright/test/cli.js');
  const asRoot = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get');
  const args = [cli, 'install', ...(asRoot ? ['--with-deps'] : []), '--only-shell', 'chromium'];
  // A closed network makes the download hang rather than fail.
  const { code, output } = await runCommand(pinnedNode, args, { timeoutMs: 240_000 });
  return code === 0 ? undefined : lastLine(output);
}

/** @returns {Promise<string | undefined>} the fault, if any */
async function installByApt() {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const update = await runCommand('apt-get', ['update'], { env, timeoutMs: 180_000 });
  if (update.code !== 0) return lastLine(update.output);
  const args = ['install', '-y', '--no-install-recommends', 'chromium'];
  const install = await runCommand('apt-get', args, { env, timeoutMs: 600_000 });
  return install.code === 0 ? undefined : lastLine(install.output);
}

/**
 * A Chromium that comes compressed inside an npm package, for machines that reach only the registry.
 * @returns {Promise<string | undefined>} the fault, if any
 */
async function unpackShipped() {
  return withSideInstall(SHIPPED_PACKAGE, async (folder) => {
    const unpacked = path.join(folder, 'unpacked');
    await mkdir(unpacked);
    const script = "(await import('@sparticuz/chromium')).default.executablePath()";
    // The variable makes the package unpack the shared libraries that a bare machine lacks.
    const env = { ...process.env, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x', TMPDIR: unpacked };
    const args = ['--input-type=module', '--eval', `await ${script}`];
    const { code, output } = await runCommand(pinnedNode, args, { cwd: folder, env, timeoutMs: 120_000 });
    if (code !== 0) return lastLine(output);
    await rm(SHIPPED, { recursive: true, force: true });
    await rename(unpacked, SHIPPED);
    await writeFile(path.join(SHIPPED, 'run'), SHIPPED_LAUNCHER, { mode: 0o755 });
    return undefined;
  });
}

const SHIPPED_LAUNCHER = `#!/bin/sh
here=$(dirname "$0")
LD_LIBRARY_PATH="$here/al2023/lib:$LD_LIBRARY_PATH" exec "$here/chromium" "$@"
`;

/** @param {string} output */
const lastLine = (output) => output.trim().split('\n').at(-1) || 'no answer in time';
