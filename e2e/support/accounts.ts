import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { Browser, Page } from '@playwright/test';
import { inRoot, pinnedNode } from '../../server/setup/paths.mjs';
import type { RunningSluice } from './sluice-process.ts';

const run = promisify(execFile);

export interface Account {
  email: string;
  password: string;
}

/** Makes an account with a role in the first workspace, as `npx sluice user add` does. */
export async function addAccount(sluice: RunningSluice, email: string, role: string): Promise<Account> {
  const { stdout } = await run(
    pinnedNode,
    [
      inRoot('server/supervisor/user-command.ts'),
      'add',
      email,
      '--workspace',
      'My workspace',
      '--role',
      role,
    ],
    { env: { ...process.env, SLUICE_DATA_DIR: sluice.dataDir } },
  );
  const password = /Password\s+(\S+)/.exec(stdout)?.[1];
  if (password === undefined) throw new Error(`no password was shown: ${stdout}`);
  return { email, password };
}

/** Fills in the form of the door, where the page stands before it. */
export async function signIn(page: Page, { email, password }: Account): Promise<void> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Another person's browser, signed in, on a page of the app. */
export async function pageOf(
  browser: Browser,
  sluice: RunningSluice,
  { account, path }: { account: Account; path: string },
): Promise<Page> {
  const context = await browser.newContext({
    baseURL: sluice.url,
    storageState: { cookies: [], origins: [] },
  });
  const page = await context.newPage();
  await page.goto(`/sign-in?next=${encodeURIComponent(path)}`);
  await signIn(page, account);
  await page.waitForURL((url) => url.pathname === path);
  return page;
}
