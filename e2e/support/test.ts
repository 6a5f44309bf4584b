import { test as base, type BrowserContext } from '@playwright/test';
import { makeDataDir, removeDataDir, startSluice, type RunningSluice } from './sluice-process.ts';

export { expect } from '@playwright/test';

type SignedInState = Awaited<ReturnType<BrowserContext['storageState']>>;

interface TestFixtures {
  /** Gives a failed test's report what the server printed. */
  serverOutput: undefined;
}

interface WorkerFixtures {
  /** The server that all tests of this worker share. */
  sluice: RunningSluice;
  /** Cookies of the owner, signed in by the link that start-up prints. */
  owner: SignedInState;
}

/**
 * Playwright's `test` with a real server behind it: `page` is signed in as the owner, and `/` is the server's address.
 * A test of a stranger says `test.use({ storageState: { cookies: [], origins: [] } })`.
 */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  sluice: [
    // Playwright reads the names of the fixtures that are needed from this pattern: none.
    async ({}, use) => {
      const dataDir = await makeDataDir();
      const sluice = await startSluice(dataDir);
      await use(sluice);
      await sluice.stop();
      await removeDataDir(dataDir);
    },
    { scope: 'worker', timeout: 180_000 },
  ],
  owner: [
    async ({ sluice, browser }, use) => {
      const page = await browser.newPage();
      await page.goto(sluice.signInLink);
      await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
      const state = await page.context().storageState();
      await page.context().close();
      await use(state);
    },
    { scope: 'worker', timeout: 60_000 },
  ],
  serverOutput: [
    async ({ sluice }, use, testInfo) => {
      await use(undefined);
      if (testInfo.status === testInfo.expectedStatus) return;
      await testInfo.attach('server output', { body: sluice.output(), contentType: 'text/plain' });
    },
    { auto: true },
  ],
  baseURL: async ({ sluice }, use) => use(sluice.url),
  storageState: async ({ owner }, use) => use(owner),
});
