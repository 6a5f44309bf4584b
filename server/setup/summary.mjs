// Reads what the test tools report and says it in one table. Pure, so that it can be tested.

/**
 * @typedef {object} Counts
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 */

/**
 * @typedef {object} PartResult
 * @property {string} name
 * @property {string} ran what it ran, in a few words
 * @property {Counts} counts
 * @property {number} durationMs
 * @property {string | undefined} [reason] why it was skipped, or what to look at
 */

// Of what a failed test says, the summary quotes this much: a seed of a property test is in it.
const MESSAGE_CHARACTERS = 200;

/**
 * A tool that gives one answer is one test.
 * @param {number} exitCode
 * @returns {Counts}
 */
export function countsOfExit(exitCode) {
  return exitCode === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

/**
 * Vitest's JSON report. A file that could not even load has no tests in the report, and counts as one failure.
 * @param {any} report
 * @param {number} exitCode
 * @returns {Counts}
 */
export function countsOfVitest(report, exitCode) {
  const broken = report.testResults.filter(isBroken);
  return neverQuietlyGreen(
    {
      passed: report.numPassedTests,
      failed: report.numFailedTests + broken.length,
      skipped: report.numPendingTests + report.numTodoTests,
    },
    exitCode,
  );
}

/**
 * Whether a file failed outside of its tests.
 * @param {any} file
 */
function isBroken(file) {
  return (
    file.status === 'failed' &&
    !file.assertionResults.some((/** @type {any} */ test) => test.status === 'failed')
  );
}

/**
 * Playwright's JSON report. A test that passed only on its second try is passed; the table of the report names it.
 * @param {any} report
 * @param {number} exitCode
 * @returns {Counts}
 */
export function countsOfPlaywright(report, exitCode) {
  const { expected, flaky, unexpected, skipped } = report.stats;
  return neverQuietlyGreen({ passed: expected + flaky, failed: unexpected, skipped }, exitCode);
}

/**
 * The names of the tests that failed, with how its message begins; of those that Vitest did not run; and of those that
 * passed only on a second try.
 * @param {any} report
 * @returns {string | undefined} undefined when there are none
 */
export function notesOfVitest(report) {
  const tests = report.testResults.flatMap((/** @type {any} */ file) => file.assertionResults);
  /** @param {(test: any) => boolean} which */
  const named = (which) =>
    tests
      .filter(which)
      .map((/** @type {any} */ test) => `${test.fullName}${inBrackets(test.failureMessages?.[0])}`);
  const broken = report.testResults.filter(isBroken);
  return noteOf({
    failed: [
      ...named(({ status }) => status === 'failed'),
      ...broken.map((/** @type {any} */ file) => `${file.name}${inBrackets(file.message)}`),
    ],
    'not run': named(({ status }) => !['passed', 'failed'].includes(status)),
    flaky: named(({ status, failureMessages }) => status === 'passed' && failureMessages?.length > 0),
  });
}

/** @param {string | undefined} message */
function inBrackets(message) {
  const words = message
    ?.split(/\n\s+at /, 1)[0]
    ?.replaceAll(/\s+/g, ' ')
    .slice(0, MESSAGE_CHARACTERS);
  return words ? ` (${words})` : '';
}

/**
 * The names of the tests that failed, that Playwright did not run, or that passed only on a second try.
 * @param {any} report
 * @returns {string | undefined} undefined when there are none
 */
export function notesOfPlaywright(report) {
  const specs = specsOf(report.suites);
  /** @param {string} status */
  const titled = (status) =>
    specs
      .filter((spec) => spec.tests.some((/** @type {any} */ test) => test.status === status))
      .map((spec) => spec.title);
  return noteOf({ failed: titled('unexpected'), 'not run': titled('skipped'), flaky: titled('flaky') });
}

/**
 * @param {any[]} suites
 * @returns {any[]}
 */
const specsOf = (suites = []) => suites.flatMap((suite) => [...suite.specs, ...specsOf(suite.suites)]);

/** @param {Record<string, string[]>} groups */
function noteOf(groups) {
  const told = Object.entries(groups).filter(([, names]) => names.length > 0);
  return told.length === 0
    ? undefined
    : told.map(([what, names]) => `${what}: ${names.join('; ')}`).join(' – ');
}

/**
 * A run that failed without a failed test, or that found no test at all, is a failure.
 * @param {Counts} counts
 * @param {number} exitCode
 */
function neverQuietlyGreen(counts, exitCode) {
  const failedUnseen = counts.failed === 0 && (exitCode !== 0 || counts.passed === 0);
  return failedUnseen ? { ...counts, failed: 1 } : counts;
}

/**
 * The table at the end, and its last line alone: `N passed, N failed, N skipped`.
 * @param {readonly PartResult[]} parts
 */
export function summaryText(parts) {
  const width = Math.max(...parts.map(({ name }) => name.length));
  const lines = parts.map((part) => {
    const { passed, failed } = part.counts;
    const verdict = failed > 0 ? 'FAIL' : passed === 0 ? 'SKIP' : 'ok  ';
    const seconds = `${(part.durationMs / 1000).toFixed(1)} s`.padStart(8);
    const reason = part.reason === undefined ? '' : ` – ${part.reason}`;
    return `  ${verdict}  ${part.name.padEnd(width)} ${seconds}  ${countsText(part.counts)}  (${part.ran})${reason}`;
  });
  const total = parts.reduce((sum, { counts }) => add(sum, counts), { passed: 0, failed: 0, skipped: 0 });
  return `What ran:\n${lines.join('\n')}\n\n${countsText(total)}\n`;
}

/** @param {Counts} counts */
function countsText({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * @param {Counts} a
 * @param {Counts} b
 * @returns {Counts}
 */
function add(a, b) {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}
