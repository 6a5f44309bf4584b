import { readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from '@playwright/test';
import {
  card,
  createPipeline,
  draftOf,
  MORE,
  open,
  ORDERS,
  output,
  saved,
  source,
} from './support/pipelines.ts';
import { expect, test } from './support/test.ts';

const state = (page: Page) => page.getByTestId('run-state');
const inspector = (page: Page) => page.getByTestId('inspector');

/** Runs by a choice of the menu beside Run, or by Run itself, and waits for the run's end. */
async function run(page: Page, choice?: string): Promise<void> {
  const before = (await state(page).isVisible()) ? await state(page).getAttribute('href') : null;
  if (choice === undefined) await page.getByTestId('run').click();
  else {
    await page.getByRole('button', { name: 'More ways to run' }).click();
    await page.getByRole('menuitem', { name: choice }).click();
  }
  if (before !== null) await expect(state(page)).not.toHaveAttribute('href', before);
  await expect(state(page)).toContainText('Succeeded');
}

const SUMS = {
  id: 'sums',
  type: 'aggregate',
  name: 'Sums',
  config: { groupBy: ['region'], aggregations: [{ function: 'sum', column: 'amount', as: 'total' }] },
};
const BIG = { id: 'big', type: 'filter', name: 'Big', config: { condition: 'amount >= 20' } };

test('publishes a version, looks at it later and restores it', async ({ page, request, baseURL }) => {
  const id = await createPipeline(request, baseURL, {
    name: 'Versions',
    nodes: [source('a', ORDERS, 'First'), BIG],
    edges: [{ source: 'a', target: 'big' }],
  });
  await open(page, id);
  await page.getByRole('button', { name: 'Versions' }).click();
  const list = page.getByRole('dialog', { name: 'Versions' });
  await expect(list.getByText('No versions yet')).toBeVisible();
  await list.getByRole('button', { name: 'Publish the draft' }).click();
  await expect(list.getByRole('listitem').filter({ hasText: 'Version 1' })).toContainText('Live');
  await list.getByRole('button', { name: 'Close' }).click();

  await card(page, 'Big').click();
  await inspector(page).locator('.cm-content').fill('amount >= 40');
  await run(page);
  await expect(state(page)).toContainText('version 2');

  await page.getByRole('button', { name: 'Versions' }).click();
  await expect(list.getByRole('listitem')).toHaveText([/Version 2/, /Version 1.*Live/]);
  await list.getByRole('button', { name: 'Look at version 1' }).click();
  const version = page.getByRole('dialog', { name: 'Version 1' });
  await expect(version.getByText('Compared with version 1, the draft changes Big.')).toBeVisible();
  await expect(version.getByText('amount >= 20')).toBeVisible();
  await version.getByText('YAML', { exact: true }).click();
  await expect(version.getByText('condition: amount >= 20')).toBeVisible();
  await version.getByRole('button', { name: 'Restore as the draft' }).click();
  await expect(version).toBeHidden();
  await expect(card(page, 'Big')).toContainText('amount >= 20');
  await saved(page);
  expect((await draftOf(request, id)).nodes.at(-1)).toMatchObject(BIG);
  await page.getByRole('button', { name: 'Undo: Restore version 1' }).click();
  await expect(card(page, 'Big')).toContainText('amount >= 40');
});

test('runs up to a node, from a node on, and only a node', async ({ page, request, baseURL }) => {
  const id = await createPipeline(request, baseURL, {
    name: 'Parts',
    nodes: [source('a', ORDERS, 'First'), BIG, SUMS],
    edges: [
      { source: 'a', target: 'big' },
      { source: 'big', target: 'sums' },
    ],
  });
  await open(page, id);
  await card(page, 'Big').click();
  await run(page, 'Run up to Big');
  await expect(card(page, 'Big')).toContainText('3 rows');
  await expect(card(page, 'Sums')).toContainText('2 columns');

  await run(page, 'Run from Big on');
  await expect(card(page, 'Sums')).toContainText('3 rows');

  await run(page, 'Run only Big');
  await expect(card(page, 'Sums')).toContainText('2 columns');
  await expect(inspector(page).getByText('The run was asked to begin at "Big".')).toBeVisible();
  await state(page).click();
  await expect(page.getByRole('list', { name: 'Timeline' }).getByRole('button')).toHaveCount(2);
  await expect(page.getByText('Only', { exact: true }).locator('xpath=following::*[1]')).toHaveText('Big');
});

test('asks for parameters, refuses a value at its field, and names the file by them', async ({
  page,
  request,
  baseURL,
}) => {
  const id = await createPipeline(request, baseURL, {
    name: 'Asked',
    parameters: { least: { type: 'integer' }, day: { type: 'date', default: '2024-03-01' } },
    nodes: [
      source('a', ORDERS, 'First'),
      { ...BIG, config: { condition: 'amount >= ${least}' } },
      { id: 'out', type: 'file-destination', name: 'File', config: { path: 'out/big-${day}-${least}.csv' } },
    ],
    edges: [
      { source: 'a', target: 'big' },
      { source: 'big', target: 'out' },
    ],
  });
  await open(page, id);
  await page.getByTestId('run').click();
  const dialog = page.getByRole('dialog', { name: 'Run' });
  const least = dialog.getByLabel('least');
  await expect(dialog.getByRole('button', { name: 'Run' })).toBeDisabled();
  await least.fill('many');
  await dialog.getByRole('button', { name: 'Run' }).click();
  await expect(dialog.getByText('The parameter "least" must be a whole number; it is "many".')).toBeVisible();
  await expect(least).toHaveAttribute('aria-invalid', 'true');
  await least.fill('30');
  await dialog.getByRole('button', { name: 'Run' }).click();
  await expect(state(page)).toContainText('Succeeded');
  await expect(card(page, 'Big')).toContainText('2 rows');

  // Parameters given and those by default are both in the file's name, here and on the run's page.
  await card(page, 'File').click();
  const download = page.waitForEvent('download');
  await inspector(page).getByRole('link', { name: 'Download big-2024-03-01-30.csv' }).click();
  expect((await download).suggestedFilename()).toBe('big-2024-03-01-30.csv');
  expect(await (await download).failure()).toBeNull();
  await state(page).click();
  await expect(page.getByRole('link', { name: 'Download big-2024-03-01-30.csv' })).toBeVisible();
});

test('says why a result was reused, and what changed when it was not', async ({
  page,
  request,
  baseURL,
  sluice,
}) => {
  const upload = await request.post('/api/files', {
    multipart: { file: { name: 'reuse.csv', mimeType: 'text/csv', buffer: Buffer.from(ORDERS) } },
    headers: { origin: baseURL ?? '' },
  });
  const file = ((await upload.json()) as { data: { path: string } }).data.path;
  const id = await createPipeline(request, baseURL, {
    name: 'Reuse',
    nodes: [{ id: 'a', type: 'file-source', name: 'First', config: { path: file } }, SUMS],
    edges: [{ source: 'a', target: 'sums' }],
  });
  await open(page, id);
  await card(page, 'Sums').click();
  await run(page);
  await run(page);
  await expect(card(page, 'Sums')).toContainText('Reused');
  await expect(
    inspector(page).getByText('Reused in the last run. Same config, inputs and sources'),
  ).toBeVisible();

  const root = path.join(sluice.dataDir, 'files');
  const inWorkspaces = (await readdir(root)).map((workspace) => path.join(root, workspace, file));
  await Promise.any(
    inWorkspaces.map((name) => writeFile(name, ORDERS + MORE.split('\n')[1] + '\n', { flag: 'r+' })),
  );
  await run(page);
  await card(page, 'First').click();
  await expect(inspector(page).getByText(/reuse\.csv.* changed/)).toBeVisible();
  await state(page).click();
  await page.getByRole('list', { name: 'Timeline' }).getByRole('button', { name: /First/ }).click();
  await expect(page.getByRole('region', { name: 'Record of First' })).toContainText(
    /Why it ran.*reuse\.csv.* changed/,
  );
});

test('cancels a run, resumes it and runs it again', async ({ page, request, baseURL }) => {
  const id = await createPipeline(request, baseURL, {
    name: 'Slow',
    nodes: [
      {
        id: 'slow',
        type: 'sql',
        name: 'Slow one',
        config: { query: 'SELECT count(*) AS n FROM range(30000000000) t(x) WHERE hash(x) % 7 = 3' },
      },
    ],
  });
  const started = await request.post(`/api/pipelines/${id}/runs`, {
    data: {},
    headers: { origin: baseURL ?? '' },
  });
  const { data } = (await started.json()) as { data: { id: string } };
  await page.goto(`/runs/${data.id}`);
  const cancel = async () => {
    await expect(card(page, 'Slow one')).toContainText('Running');
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expect(card(page, 'Slow one')).toContainText('Cancelled');
  };
  await cancel();
  await page.getByRole('button', { name: 'Resume' }).click();
  await page.getByRole('menuitem', { name: 'With version 1, as it ran' }).click();
  await expect(page.getByRole('link', { name: 'an earlier run' })).toHaveAttribute(
    'href',
    `/runs/${data.id}`,
  );
  await cancel();
  const resumed = page.url();
  await page.getByRole('button', { name: 'Run again' }).click();
  await page.getByRole('menuitem', { name: 'Version 1' }).click();
  await expect(page).not.toHaveURL(resumed);
  await cancel();
});

test('runs code on frames and on rows, with a preview of each', async ({ page, request, baseURL }) => {
  const id = await createPipeline(request, baseURL, {
    name: 'Code',
    nodes: [
      source('a', ORDERS, 'First'),
      {
        id: 'frame',
        type: 'javascript',
        name: 'By region',
        config: { code: "return df.groupby(['region']).agg({ amount: 'sum' });" },
      },
      {
        id: 'each',
        type: 'map',
        name: 'Shout',
        config: { code: 'return { ...row, region: row.region.toUpperCase() };' },
      },
    ],
    edges: [
      { source: 'a', target: 'frame' },
      { source: 'frame', target: 'each' },
    ],
  });
  await open(page, id);
  await card(page, 'By region').click();
  await expect(output(page, 'By region').getByRole('row')).toHaveCount(4);
  await card(page, 'Shout').click();
  await expect(output(page, 'Shout').getByRole('gridcell', { name: 'NORTH', exact: true })).toBeVisible();
  await inspector(page).locator('.cm-content').fill('return row.amount_sum > 20 ? row : null;');
  await expect(output(page, 'Shout').getByRole('row')).toHaveCount(3);
  await inspector(page).locator('.cm-content').fill('return row.nothing.there;');
  await expect(
    page
      .getByTestId('data-panel')
      .getByText(/undefined/)
      .first(),
  ).toBeVisible();
});

test('lets the same rows reach a query twice, under two names', async ({ page, request, baseURL }) => {
  const id = await createPipeline(request, baseURL, {
    name: 'Twice',
    nodes: [
      source('orders', ORDERS, 'Orders'),
      {
        id: 'pairs',
        type: 'sql',
        name: 'Pairs',
        config: { query: 'SELECT * FROM orders JOIN earlier USING (region)' },
      },
    ],
    edges: [{ source: 'orders', target: 'pairs' }],
  });
  await open(page, id);
  await card(page, 'Orders').click();
  await page.keyboard.press('l');
  await page.getByRole('option', { name: 'Pairs (again, as orders2)' }).click();
  await expect(page.locator('.react-flow__edge')).toHaveCount(2);
  const name = inspector(page).getByRole('textbox', { name: 'Table name in SQL' });
  await expect(name).toHaveValue('orders2');
  await name.fill('earlier');
  await name.press('Enter');
  await card(page, 'Pairs').click();
  // North twice with North twice, South and West once each, and the header.
  await expect(output(page, 'Pairs').getByRole('row')).toHaveCount(7);
});
