// The parts of `npm test`, in order. Each gives its counts; nothing is passed over in silence.
import { readFile, rm } from 'node:fs/promises';
import { ensureBrowser } from './browser.mjs';
import { ensureBuilt } from './build.mjs';
import { scanBundle } from './bundle-scan.mjs';
import { inRoot, pinnedNode } from './paths.mjs';
import { runCommand } from './processes.mjs';
import { SetupError, say } from './report.mjs';
import {
  countsOfExit,
  countsOfPlaywright,
  countsOfVitest,
  notesOfPlaywright,
  notesOfVitest,
} from './summary.mjs';

/**
 * @typedef {object} PartOutcome
 * @property {import('./summary.mjs').Counts} counts
 * @property {string | undefined} [reason]
 */
/**
 * @typedef {object} Part
 * @property {string} name
 * @property {string} ran what it runs, in a few words
 * @property {string} [needs] the part without whose success this one cannot run
 * @property {boolean} [slow] left out of `npm run check`
 * @property {() => Promise<PartOutcome>} run
 */

const REPORTS = inRoot('test-results');

/** @type {readonly Part[]} */
export const PARTS = [
  tool('types', 'tsc', ['typescript/bin/tsc', '--project', 'tsconfig.json']),
  tool('lint', 'eslint, typed, no warnings', ['eslint/bin/eslint.js', '--max-warnings', '0', '.']),
  tool('format', 'prettier --check', ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.']),
  tool('boundaries', 'dependency-cruiser', [
    'dependency-cruiser/bin/dependency-cruise.mjs',
    ...['--config', '.dependency-cruiser.mjs', 'app', 'components', 'lib', 'server'],
  ]),
  tool('unused', 'knip', ['knip/bin/knip.js', '--no-progress']),
  { name: 'generated', ran: 'registries and JSON Schema match their sources', run: checkGenerated },
  { name: 'tests', ran: 'vitest: units, node cases, runner, database, policies', run: runVitest },
  { name: 'build', ran: 'next build', slow: true, run: build },
  { name: 'bundle', ran: 'no secrets in the browser, size', slow: true, needs: 'build', run: scan },
  { name: 'browser', ran: 'playwright: journeys', slow: true, needs: 'build', run: runPlaywright },
];

/**
 * A part that is one command with one answer; its output is shown when it fails.
 * @param {string} name
 * @param {string} ran
 * @param {readonly string[]} command script below node_modules, and arguments
 * @returns {Part}
 */
function tool(name, ran, [script = '', ...args]) {
  return {
    name,
    ran,
    run: async () => {
      const { code, output } = await runCommand(pinnedNode, [inRoot('node_modules', script), ...args]);
      if (code !== 0) say(output.trimEnd());
      return { counts: countsOfExit(code) };
    },
  };
}

/** Each generator is one test. */
async function checkGenerated() {
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const script of ['generate-registries.mjs', 'generate-json-schema.ts']) {
    const { code, output } = await runCommand(pinnedNode, [inRoot('server/setup', script), '--check']);
    if (code !== 0) say(output.trimEnd());
    counts[code === 0 ? 'passed' : 'failed'] += 1;
  }
  return { counts };
}

async function runVitest() {
  const report = `${REPORTS}/vitest.json`;
  await rm(report, { force: true });
  const script = inRoot('node_modules/vitest/vitest.mjs');
  const args = ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const { code } = await runCommand(pinnedNode, [script, ...args], { show: true });
  return outcomeFrom(report, (json) => ({ counts: countsOfVitest(json, code), reason: notesOfVitest(json) }));
}

async function build() {
  try {
    await ensureBuilt();
    return { counts: countsOfExit(0) };
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    return { counts: countsOfExit(1), reason: error.message };
  }
}

async function scan() {
  const faults = await scanBundle(inRoot('.next'));
  for (const fault of faults) say(`  ${fault}`);
  return { counts: { passed: faults.length === 0 ? 1 : 0, failed: faults.length, skipped: 0 } };
}

async function runPlaywright() {
  const browser = await ensureBrowser();
  if ('reason' in browser) {
    const counts = process.env.CI ? countsOfExit(1) : { passed: 0, failed: 0, skipped: 1 };
    return { counts, reason: browser.reason };
  }
  const report = `${REPORTS}/playwright.json`;
  await rm(report, { force: true });
  const env = { ...process.env, SLUICE_BROWSER: browser.executable, PLAYWRIGHT_JSON_OUTPUT_NAME: report };
  const script = inRoot('node_modules/@playwright/test/cli.js');
  const { code } = await runCommand(pinnedNode, [script, 'test', '--reporter=list,json'], {
    env,
    show: true,
  });
  return outcomeFrom(report, (json) => ({
    counts: countsOfPlaywright(json, code),
    reason: notesOfPlaywright(json),
  }));
}

/**
 * @param {string} file a tool's JSON report
 * @param {(report: unknown) => PartOutcome} read
 * @returns {Promise<PartOutcome>}
 */
async function outcomeFrom(file, read) {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return { counts: countsOfExit(1), reason: 'it ended without a report' };
  return read(JSON.parse(text));
}
