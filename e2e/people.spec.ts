import type { Page } from '@playwright/test';
import { addAccount, pageOf, signIn } from './support/accounts.ts';
import { card, createPipeline, draftOf, ORDERS, output, saved, source } from './support/pipelines.ts';
import { expect, test } from './support/test.ts';

const NOBODY = { cookies: [], origins: [] };
const CHAIN = {
  nodes: [
    source('a', ORDERS, 'First'),
    { id: 'f', type: 'filter', name: 'Late', config: { condition: 'amount >= 20' } },
  ],
  edges: [{ source: 'a', target: 'f' }],
};

async function signOut(page: Page): Promise<void> {
  await page.goto('/settings');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL(/\/sign-in$/);
}

test.describe('at the door', () => {
  test.use({ storageState: NOBODY });

  test('signs in with e-mail and password, to the page that was asked for, and out again', async ({
    page,
    context,
    sluice,
  }) => {
    const account = await addAccount(sluice, 'ann@example.org', 'editor');
    await page.goto('/runs?status=failed');
    await signIn(page, account);
    await expect(page).toHaveURL(/\/runs\?status=failed$/);
    await expect(page.getByRole('heading', { name: 'Runs' })).toBeVisible();
    const session = (await context.cookies()).filter(({ value }) => value.length > 100);
    expect(session.length).toBeGreaterThan(0);
    for (const { httpOnly, sameSite } of session)
      expect({ httpOnly, sameSite }).toEqual({ httpOnly: true, sameSite: 'Lax' });

    await signOut(page);
    expect((await context.cookies()).filter(({ value }) => value.length > 100)).toEqual([]);
    await page.goto('/pipelines');
    await expect(page).toHaveURL(/\/sign-in\?next=%2Fpipelines$/);
  });

  test('changes the password, and the old one opens nothing', async ({ page, sluice }) => {
    const account = await addAccount(sluice, 'ben@example.org', 'editor');
    const changed = { ...account, password: 'a much better one' };
    await page.goto('/settings');
    await signIn(page, account);
    const form = page.getByRole('form', { name: 'Change your password' });
    await form.getByLabel('Current password').fill('not this one');
    await form.getByLabel('New password').fill('short');
    await form.getByLabel('Current password').focus();
    await expect(form.getByText('It needs at least 10 characters.')).toBeVisible();
    await form.getByLabel('New password').fill(changed.password);
    await form.getByRole('button', { name: 'Change password' }).click();
    await expect(form.getByLabel('Current password')).toHaveAttribute('aria-invalid', 'true');

    await form.getByLabel('Current password').fill(account.password);
    await form.getByRole('button', { name: 'Change password' }).click();
    await expect(page.getByText('Changed your password.')).toBeVisible();

    await signOut(page);
    await signIn(page, account);
    await expect(page.getByText('E-mail address or password is wrong.')).toBeVisible();
    await signIn(page, changed);
    await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible();
  });
});

test('a session that ended leads to the door and back, and what was drawn meanwhile is there', async ({
  browser,
  request,
  baseURL,
  sluice,
}) => {
  const account = await addAccount(sluice, 'eve@example.org', 'editor');
  const id = await createPipeline(request, baseURL, { name: 'A long lunch', ...CHAIN });
  const page = await pageOf(browser, sluice, { account, path: `/pipelines/${id}` });
  await expect(card(page, 'Late')).toBeVisible();
  await page.context().clearCookies();
  page.on('dialog', (dialog) => void dialog.accept());
  await page.getByTestId('palette-limit').click();
  await expect(page).toHaveURL(new RegExp(`/sign-in\\?next=%2Fpipelines%2F${id}$`));

  await signIn(page, account);
  await expect(page).toHaveURL(new RegExp(`/pipelines/${id}$`));
  await expect(card(page, 'Limit')).toBeVisible();
  await saved(page);
  expect((await draftOf(request, id)).nodes).toHaveLength(3);
  await page.context().close();
});

test('a viewer looks, and can change nothing', async ({ browser, request, baseURL, sluice }) => {
  const account = await addAccount(sluice, 'vic@example.org', 'viewer');
  const id = await createPipeline(request, baseURL, {
    name: 'Look but do not touch',
    parameters: { least: { type: 'integer', default: 10 } },
    ...CHAIN,
  });
  const page = await pageOf(browser, sluice, { account, path: `/pipelines/${id}` });
  await expect(page.getByText('You are a viewer of this workspace')).toBeVisible();
  for (const name of ['Run', 'Schedule', 'Arrange', 'Add a note'])
    await expect(page.getByRole('button', { name, exact: true })).toHaveCount(0);
  await expect(page.getByRole('navigation', { name: 'Node types' })).toHaveCount(0);
  await expect(page.getByRole('textbox', { name: 'Name of the pipeline' })).toBeDisabled();
  await expect(page.getByRole('textbox', { name: 'Default of least' })).toBeDisabled();

  // Rows may be looked at; nothing that a key does changes anything.
  await card(page, 'Late').click();
  await expect(output(page, 'Late').getByRole('row')).toHaveCount(4);
  const inspector = page.getByTestId('inspector');
  await expect(inspector.getByRole('textbox', { name: 'Keep rows where' })).toHaveAttribute(
    'aria-readonly',
    'true',
  );
  await expect(inspector.getByRole('switch', { name: 'Master data' })).toBeDisabled();
  await inspector.getByText('Advanced').click();
  await expect(inspector.getByLabel('Name in SQL')).toBeDisabled();
  for (const key of ['Delete', 'm', 'Control+d', 'F2', 'l']) {
    await card(page, 'Late').focus();
    await page.keyboard.press(key);
  }
  await expect(page.locator('.react-flow__node')).toHaveCount(2);
  await expect(page.getByRole('dialog')).toHaveCount(0);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Go to' }).fill('limit');
  await expect(page.getByRole('option', { name: 'Add Limit' })).toHaveCount(0);
  await page.context().close();
});

test('an owner adds, changes and removes members, and says how long logs are kept', async ({
  page,
  sluice,
}) => {
  const { email } = await addAccount(sluice, 'new@example.org', 'viewer');
  await page.goto('/settings');
  const members = page.getByRole('list').filter({ hasText: '(you)' });
  const row = members.getByRole('listitem').filter({ hasText: email });
  await row.getByRole('button', { name: `Remove ${email}` }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
  await expect(row).toHaveCount(0);

  await page.getByLabel('Add a person').fill('nobody@example.org');
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(page.getByLabel('Add a person')).toHaveAttribute('aria-invalid', 'true');
  await page.getByLabel('Add a person').fill(email);
  await page.getByRole('button', { name: 'Add', exact: true }).click();
  await expect(row.getByRole('combobox', { name: `Role of ${email}` })).toContainText('Editor');
  await row.getByRole('combobox').click();
  await page.getByRole('option', { name: /Viewer/ }).click();
  await expect(row.getByRole('combobox')).toContainText('Viewer');

  await page.getByLabel('Days to keep logs').fill('0');
  await expect(page.getByText('A whole number of days, from 1 to 3650.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toBeDisabled();
  await page.getByLabel('Days to keep logs').fill('7');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await expect(page.getByText('Saved. It takes effect within six hours.')).toBeVisible();
  await page.reload();
  await expect(page.getByLabel('Days to keep logs')).toHaveValue('7');
  await expect(row.getByRole('combobox')).toContainText('Viewer');
});
