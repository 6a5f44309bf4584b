import { defineConfig } from '@playwright/test';
import { BROWSER_FLAGS, findBrowser } from './server/setup/browser.mjs';

const executablePath = findBrowser();

export default defineConfig({
  testDir: './e2e',
  outputDir: './test-results/e2e',
  // Each worker starts a whole Sluice of its own; two cores carry one of them well.
  workers: 1,
  fullyParallel: false,
  forbidOnly: Boolean(process.env.CI),
  retries: process.env.CI ? 1 : 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: 'list',
  use: {
    browserName: 'chromium',
    headless: true,
    viewport: { width: 1440, height: 900 },
    locale: 'en-US',
    timezoneId: 'UTC',
    screenshot: 'only-on-failure',
    // Recording each test makes all of them half as slow again; a failure is seen anew with `--trace on`.
    trace: 'on-first-retry',
    launchOptions: { args: BROWSER_FLAGS, ...(executablePath === undefined ? {} : { executablePath }) },
  },
});
