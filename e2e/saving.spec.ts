import type { APIRequestContext, Locator, Page } from '@playwright/test';
import { card, createPipeline, draftOf, MORE, open, ORDERS, saved, source } from './support/pipelines.ts';
import { expect, test } from './support/test.ts';

const status = (page: Page) => page.getByTestId('save-status');

interface Conflict {
  id: string;
  dialog: Locator;
}

/** A pipeline that someone else saved while it was open here, and then something was added here. */
async function meetConflict(
  page: Page,
  request: APIRequestContext,
  baseURL: string | undefined,
): Promise<Conflict> {
  const id = await createPipeline(request, baseURL, {
    name: 'Shared',
    nodes: [source('a', ORDERS, 'First')],
  });
  await open(page, id);
  const theirs = { version: 1, name: 'Shared by others', nodes: [source('a', MORE, 'Changed by others')] };
  const put = await request.put(`/api/pipelines/${id}`, {
    data: { revision: 1, document: theirs },
    headers: { origin: baseURL ?? '' },
  });
  expect(put.ok(), await put.text()).toBe(true);
  await page.getByTestId('palette-limit').click();
  const dialog = page.getByRole('dialog', { name: 'This pipeline was saved elsewhere' });
  await expect(dialog).toContainText(
    'Compared with theirs, yours adds Limit; changes First; changes the name.',
  );
  expect((await draftOf(request, id)).name).toBe('Shared by others');
  return { id, dialog };
}

test('a conflict: keep mine', async ({ page, request, baseURL }) => {
  const { id, dialog } = await meetConflict(page, request, baseURL);
  await page.keyboard.press('Escape');
  await expect(dialog).toBeVisible();
  await dialog.getByRole('button', { name: 'Keep mine' }).click();
  await expect(dialog).toBeHidden();
  await saved(page);
  expect((await draftOf(request, id)).nodes).toHaveLength(2);
});

test('a conflict: take theirs, and undo brings mine back', async ({ page, request, baseURL }) => {
  const { id, dialog } = await meetConflict(page, request, baseURL);
  await dialog.getByRole('button', { name: 'Take theirs' }).click();
  await expect(card(page, 'Changed by others')).toBeVisible();
  await expect(page.locator('.react-flow__node')).toHaveCount(1);
  await saved(page);

  await page.getByRole('button', { name: 'Undo: Take the other version' }).click();
  await expect(card(page, 'Limit')).toBeVisible();
  await saved(page);
  await expect(async () => {
    expect((await draftOf(request, id)).name).toBe('Shared');
  }).toPass();
});

test('a conflict: mine lives on as a copy', async ({ page, request, baseURL }) => {
  const { id, dialog } = await meetConflict(page, request, baseURL);
  await dialog.getByRole('button', { name: 'Save mine as a copy' }).click();
  await expect(card(page, 'Changed by others')).toBeVisible();
  expect((await draftOf(request, id)).name).toBe('Shared by others');

  await page.getByRole('button', { name: 'Open', exact: true }).click();
  await expect(card(page, 'Limit')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Shared (mine)' })).toBeAttached();
});

test('works without a connection, and saves when it is back', async ({ page, request, baseURL, context }) => {
  const id = await createPipeline(request, baseURL, {
    name: 'On the train',
    nodes: [source('a', ORDERS, 'First')],
  });
  await open(page, id);
  await context.setOffline(true);
  // A filter's form needs an editor of code that was never loaded: it must do without.
  await page.getByTestId('palette-filter').click();
  await page.getByRole('textbox', { name: 'Keep rows where' }).fill('amount > 1');
  await expect(status(page)).toHaveText('Offline: kept in this browser');
  await expect(page.getByText('No connection')).toBeVisible();

  await context.setOffline(false);
  await saved(page);
  const draft = await draftOf(request, id);
  expect(draft.nodes.at(-1)).toMatchObject({ type: 'filter', config: { condition: 'amount > 1' } });
});

test('asks before leaving with something unsaved, and brings it back later', async ({
  page,
  request,
  baseURL,
}) => {
  const id = await createPipeline(request, baseURL, {
    name: 'Left in a hurry',
    nodes: [source('a', ORDERS, 'First')],
  });
  await open(page, id);
  // The browser tool's own switch for the network does not hold while a page is being left.
  await page.evaluate(() => {
    const fetchNow = window.fetch.bind(window);
    window.fetch = (input, init) =>
      init?.method === 'PUT' ? Promise.reject(new TypeError('no network')) : fetchNow(input, init);
  });
  await page.getByTestId('palette-limit').click();
  await expect(status(page)).toHaveText('Offline: kept in this browser');
  const question = page.waitForEvent('dialog');
  const leaving = page.goto('/pipelines');
  const dialog = await question;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.accept();
  await leaving;
  expect((await draftOf(request, id)).nodes).toHaveLength(1);

  await page.goto(`/pipelines/${id}`);
  await expect(page.getByText('Brought back changes that were not saved.')).toBeVisible();
  await expect(card(page, 'Limit')).toBeVisible();
  await saved(page);
  await expect(async () => {
    expect((await draftOf(request, id)).nodes).toHaveLength(2);
  }).toPass();
});
