import { describe, expect, test } from 'vitest';
import {
  countsOfExit,
  countsOfPlaywright,
  countsOfVitest,
  notesOfPlaywright,
  notesOfVitest,
  summaryText,
} from './summary.mjs';

const vitestReport = (overrides = {}) => ({
  numPassedTests: 3,
  numFailedTests: 0,
  numPendingTests: 1,
  numTodoTests: 0,
  testResults: [{ status: 'passed', assertionResults: [{ status: 'passed' }] }],
  ...overrides,
});

describe('counts', () => {
  test('a tool with one answer is one test', () => {
    expect(countsOfExit(0)).toEqual({ passed: 1, failed: 0, skipped: 0 });
    expect(countsOfExit(2)).toEqual({ passed: 0, failed: 1, skipped: 0 });
  });

  test('vitest: as reported', () => {
    expect(countsOfVitest(vitestReport(), 0)).toEqual({ passed: 3, failed: 0, skipped: 1 });
  });

  test('vitest: a file that could not load is a failure of its own', () => {
    const broken = { status: 'failed', assertionResults: [] };
    const failing = { status: 'failed', assertionResults: [{ status: 'failed' }] };
    const report = vitestReport({ numFailedTests: 1, testResults: [broken, failing] });
    expect(countsOfVitest(report, 1).failed).toBe(2);
  });

  test('vitest: a bad exit without a failed test is a failure', () => {
    expect(countsOfVitest(vitestReport(), 1).failed).toBe(1);
  });

  test('playwright: flaky tests passed in the end', () => {
    const report = { stats: { expected: 4, flaky: 1, unexpected: 2, skipped: 3 } };
    expect(countsOfPlaywright(report, 1)).toEqual({ passed: 5, failed: 2, skipped: 3 });
  });

  test('no test at all is a failure', () => {
    const report = { stats: { expected: 0, flaky: 0, unexpected: 0, skipped: 0 } };
    expect(countsOfPlaywright(report, 0).failed).toBe(1);
  });
});

describe('notes', () => {
  test('vitest: name what was not run, and nothing else', () => {
    const assertionResults = [
      { status: 'passed', fullName: 'adds' },
      { status: 'skipped', fullName: 'needs a service' },
      { status: 'todo', fullName: 'to be written' },
    ];
    expect(notesOfVitest({ testResults: [{ assertionResults }] })).toBe(
      'not run: needs a service; to be written',
    );
    expect(notesOfVitest({ testResults: [] })).toBeUndefined();
  });

  test('vitest: name what failed, with how its message begins, and what needed a second try', () => {
    const failed = { status: 'failed', fullName: 'breaks', failureMessages: ['Error: 1\nis not 2\n  at x'] };
    const flaky = { status: 'passed', fullName: 'wobbles', failureMessages: ['Error: too slow\n  at y'] };
    const report = {
      testResults: [
        { status: 'failed', assertionResults: [failed, flaky] },
        { status: 'failed', assertionResults: [], name: 'a.test.ts', message: 'no such module' },
      ],
    };
    expect(notesOfVitest(report)).toBe(
      'failed: breaks (Error: 1 is not 2); a.test.ts (no such module) – flaky: wobbles (Error: too slow)',
    );
  });

  test('playwright: name what was not run and what needed a second try, in nested suites too', () => {
    /**
     * @param {string} title
     * @param {string} status
     */
    const spec = (title, status) => ({ title, tests: [{ status }] });
    const inner = { specs: [spec('wobbles', 'flaky')] };
    const report = {
      suites: [{ specs: [spec('idle', 'skipped'), spec('runs', 'expected')], suites: [inner] }],
    };
    expect(notesOfPlaywright(report)).toBe('not run: idle – flaky: wobbles');
  });
});

describe('the summary', () => {
  /**
   * @param {string} name
   * @param {Partial<import('./summary.mjs').Counts>} counts
   * @param {string} [reason]
   */
  const part = (name, counts, reason) => ({
    name,
    ran: 'tool',
    durationMs: 1234,
    counts: { passed: 0, failed: 0, skipped: 0, ...counts },
    ...(reason && { reason }),
  });

  test('ends in one plain line with the totals', () => {
    const text = summaryText([part('types', { passed: 1 }), part('unit', { passed: 40, failed: 2 })]);
    expect(text.trimEnd().split('\n').at(-1)).toBe('41 passed, 2 failed');
  });

  test('names a part that did not run, with its reason', () => {
    const text = summaryText([part('types', { passed: 1 }), part('browser', { skipped: 1 }, 'no browser')]);
    expect(text).toMatch(/SKIP {2}browser .*no browser/);
    expect(text.trimEnd().split('\n').at(-1)).toBe('1 passed, 0 failed, 1 skipped');
  });

  test('says which part failed', () => {
    expect(summaryText([part('unit', { passed: 4, failed: 1 })])).toMatch(
      /FAIL {2}unit +1\.2 s {2}4 passed, 1 failed/,
    );
  });
});
