import { readFile } from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import {
  card,
  centre,
  createPipeline,
  drag,
  draftOf,
  MORE,
  open,
  ORDERS,
  output,
  port,
  saved,
  source,
} from './support/pipelines.ts';
import { expect, test } from './support/test.ts';

test('builds a pipeline by hand: drop, connect, configure, preview, run, counts', async ({
  page,
  request,
  baseURL,
}) => {
  const id = await createPipeline(request, baseURL, {
    name: 'By hand',
    nodes: [source('orders', ORDERS, 'Orders')],
  });
  await open(page, id);

  // From the palette by drag and drop.
  const canvas = page.getByTestId('canvas');
  const at = await centre(card(page, 'Orders'));
  const frame = await canvas.boundingBox();
  await page
    .getByTestId('palette-filter')
    .dragTo(canvas, { targetPosition: { x: at.x - (frame?.x ?? 0) + 180, y: 60 } });
  await expect(card(page, 'Filter')).toBeVisible();
  await expect(
    page
      .getByTestId('data-panel')
      .getByText('Nothing reaches its input')
      .or(card(page, 'Filter').getByText('Nothing reaches its input'))
      .first(),
  ).toBeAttached();

  // Connect by the mouse, configure, see rows without a run.
  await drag(
    page,
    await centre(port(page, 'Orders', 'out-output')),
    await centre(port(page, 'Filter', 'in-input')),
  );
  await expect(page.locator('.react-flow__edge')).toHaveCount(1);
  await card(page, 'Filter').click();
  await page.getByTestId('inspector').locator('.cm-content').fill('amount >= 20');
  await expect(output(page, 'Filter').getByRole('gridcell', { name: 'South', exact: true })).toBeVisible();
  await expect(output(page, 'Filter').getByRole('row')).toHaveCount(4);

  // An edge dropped on empty canvas offers what fits, and joins it.
  const out = await centre(port(page, 'Filter', 'out-output'));
  await drag(page, out, { x: out.x + 60, y: out.y + 130 });
  await page.getByPlaceholder('Add a step…').fill('aggregate');
  await expect(page.getByRole('option')).toHaveText([/Aggregate/]);
  await page.keyboard.press('Enter');
  await expect(page.locator('.react-flow__edge')).toHaveCount(2);
  await page.getByTestId('inspector').getByRole('combobox').first().click();
  await page.getByRole('option', { name: /^region/ }).click();
  await expect(output(page, 'Aggregate').getByRole('row')).toHaveCount(4);

  await page.getByTestId('run').click();
  await expect(page.getByTestId('run-state')).toContainText('Succeeded');
  await expect(card(page, 'Filter')).toContainText('3');
  await expect(page.getByTestId('edge-e0')).toContainText('4');
  await expect(page.getByTestId('edge-e1')).toContainText('3');
  await saved(page);
  const draft = await draftOf(request, id);
  expect(draft.nodes.map((node) => node.type)).toEqual(['inline-source', 'filter', 'aggregate']);
  expect(draft.edges).toEqual([
    { source: 'orders', target: 'filter' },
    { source: 'filter', target: 'aggregate' },
  ]);

  // What changed since the run is marked, and undo takes the mark away.
  await card(page, 'Filter').click();
  await page.getByTestId('inspector').locator('.cm-content').fill('amount >= 30');
  await expect(card(page, 'Aggregate').locator('[title*="changed since the run"]').first()).toBeAttached();
  await page.getByRole('button', { name: /^Undo/ }).click();
  await expect(card(page, 'Aggregate').locator('[title*="changed since the run"]')).toHaveCount(0);
});

test('undoes and redoes by buttons and keys, but not while text is typed', async ({
  page,
  request,
  baseURL,
}) => {
  const id = await createPipeline(request, baseURL, {
    name: 'Undo',
    nodes: [source('a', ORDERS, 'First'), source('b', MORE, 'Second')],
  });
  await open(page, id);
  await card(page, 'Second').click();
  await page.keyboard.press('Delete');
  await expect(card(page, 'Second')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo: Delete' }).click();
  await expect(card(page, 'Second')).toBeVisible();
  await page.getByRole('button', { name: 'Redo: Delete' }).click();
  await expect(card(page, 'Second')).toHaveCount(0);
  await page.getByRole('button', { name: 'Undo: Delete' }).press('Control+z');
  await expect(card(page, 'Second')).toBeVisible();
  await page.keyboard.press('Control+Shift+z');
  await expect(card(page, 'Second')).toHaveCount(0);
  await page.keyboard.press('Control+z');

  await card(page, 'First').click();
  const rows = page.getByTestId('inspector').getByRole('textbox', { name: 'Rows' });
  await rows.click();
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Delete');
  await expect(page.locator('.react-flow__node')).toHaveCount(2);
  await saved(page);
  await page.reload();
  await expect(card(page, 'Second')).toBeVisible();
});

test('refuses a circle and says why', async ({ page, request, baseURL }) => {
  const id = await createPipeline(request, baseURL, {
    name: 'Circle',
    nodes: [
      { id: 'one', type: 'limit', name: 'One', config: { count: 1 } },
      { id: 'two', type: 'limit', name: 'Two', config: { count: 1 } },
    ],
    edges: [{ source: 'one', target: 'two' }],
    view: { positions: { one: { x: 0, y: 0 }, two: { x: 320, y: 160 } } },
  });
  await open(page, id);
  await drag(
    page,
    await centre(port(page, 'Two', 'out-output')),
    await centre(port(page, 'One', 'in-input')),
  );
  await expect(page.getByText('That would close a circle: One → Two → One')).toBeVisible();
  await expect(page.locator('.react-flow__edge')).toHaveCount(1);
});

test('lets only some columns through an edge, under new names', async ({ page, request, baseURL }) => {
  const id = await createPipeline(request, baseURL, {
    name: 'Edge',
    nodes: [
      source('orders', ORDERS, 'Orders'),
      { id: 'top', type: 'limit', name: 'Top', config: { count: 10 } },
    ],
    edges: [{ source: 'orders', target: 'top' }],
  });
  await open(page, id);
  const line = await centre(page.getByTestId('edge-e0').locator('path').first());
  await page.mouse.click(line.x, line.y);
  const inspector = page.getByTestId('inspector');
  await inspector.getByText('Selected', { exact: true }).click();
  await inspector.getByRole('checkbox', { name: 'Pass id' }).click();
  await inspector.getByRole('textbox', { name: 'New name of amount' }).fill('total');
  await saved(page);
  expect((await draftOf(request, id)).edges).toEqual([
    {
      source: 'orders',
      target: 'top',
      transform: { mode: 'select', columns: [{ from: 'region' }, { from: 'amount', as: 'total' }] },
    },
  ]);
  await card(page, 'Top').click();
  await expect(output(page, 'Top').getByRole('columnheader', { name: /total/ })).toBeVisible();
  await expect(output(page, 'Top').getByRole('columnheader', { name: /^id/ })).toHaveCount(0);
});

test('says where rows were stacked, and offers the other ways', async ({ page, request, baseURL }) => {
  const id = await createPipeline(request, baseURL, {
    name: 'Merge',
    nodes: [
      source('a', ORDERS, 'First'),
      source('b', MORE, 'Second'),
      { id: 'all', type: 'limit', name: 'All', config: { count: 100 } },
    ],
    edges: [
      { source: 'a', target: 'all' },
      { source: 'b', target: 'all' },
    ],
  });
  await open(page, id);
  await card(page, 'All').click();
  await expect(
    page
      .getByTestId('inspector')
      .getByText(/stacked/)
      .first(),
  ).toBeVisible();
  await expect(output(page, 'All').getByRole('row')).toHaveCount(6);
});

test('turns a file dropped on the canvas into a source', async ({ page, request, baseURL }) => {
  const id = await createPipeline(request, baseURL, { name: 'Drop', nodes: [] });
  await open(page, id);
  await expect(page.getByText('Begin with some data')).toBeVisible();
  const files = await page.evaluateHandle((text) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([text], 'late orders.csv', { type: 'text/csv' }));
    return transfer;
  }, ORDERS);
  const frame = await page.getByTestId('canvas').boundingBox();
  const at = { clientX: (frame?.x ?? 0) + 200, clientY: (frame?.y ?? 0) + 120 };
  await page.getByTestId('canvas').dispatchEvent('dragover', { dataTransfer: files, ...at });
  await page.getByTestId('canvas').dispatchEvent('drop', { dataTransfer: files, ...at });
  await expect(card(page, 'late orders')).toBeVisible();
  await expect(output(page, 'late orders').getByRole('row')).toHaveCount(5);
});

test('carries nodes to another pipeline by the clipboard, and exports text that reads back', async ({
  page,
  request,
  baseURL,
  context,
}) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const first = await createPipeline(request, baseURL, {
    name: 'From here',
    nodes: [
      source('a', ORDERS, 'First'),
      { id: 'f', type: 'filter', name: 'Late', config: { condition: 'amount > 10' } },
    ],
    edges: [{ source: 'a', target: 'f' }],
  });
  const second = await createPipeline(request, baseURL, {
    name: 'To here',
    nodes: [source('a', MORE, 'Other')],
  });
  await open(page, first);
  await card(page, 'First').click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Control+c');
  await open(page, second);
  await card(page, 'Other').click();
  await page.keyboard.press('Control+v');
  await expect(page.locator('.react-flow__node')).toHaveCount(3);
  await saved(page);
  const draft = await draftOf(request, second);
  expect(draft.nodes.map((node) => node.id)).toEqual(['a', 'a2', 'f']);
  expect(draft.edges).toEqual([{ source: 'a2', target: 'f' }]);

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Export YAML' }).click();
  const text = await readFile(await (await download).path(), 'utf8');
  expect(text).toContain('name: To here');
  expect(text).toContain('{ source: a2, target: f }');
});

test('connects and adds without a mouse', async ({ page, request, baseURL }) => {
  const id = await createPipeline(request, baseURL, {
    name: 'Keys',
    nodes: [source('a', ORDERS, 'First'), { id: 'f', type: 'limit', name: 'Top', config: { count: 2 } }],
  });
  await open(page, id);
  await card(page, 'First').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('l');
  await page.getByPlaceholder('Connect to…').fill('Top');
  await page.keyboard.press('Enter');
  await expect(page.locator('.react-flow__edge')).toHaveCount(1);
  await page.keyboard.press('?');
  await expect(page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`can be used by everyone, ${colorScheme}`, async ({ page, request, baseURL }) => {
    await page.emulateMedia({ colorScheme });
    const id = await createPipeline(request, baseURL, {
      name: 'For everyone',
      parameters: { least: { type: 'integer', default: 10 } },
      nodes: [
        source('a', ORDERS, 'First'),
        { id: 'f', type: 'filter', name: 'Late', config: { condition: 'amount > ${least}' } },
        {
          id: 'g',
          type: 'aggregate',
          name: 'By region',
          config: { groupBy: ['region'], aggregations: [{ function: 'sum', column: 'amount', as: 'total' }] },
        },
      ],
      edges: [
        { source: 'a', target: 'f' },
        { source: 'f', target: 'g' },
      ],
    });
    await open(page, id);
    const violations = async () =>
      (await new AxeBuilder({ page }).analyze()).violations.map(
        ({ id: rule, nodes }) => `${rule}: ${nodes.map((node) => node.html).join(' | ')}`,
      );
    expect(await violations()).toEqual([]);
    await card(page, 'By region').click();
    await expect(output(page, 'By region').getByRole('row').first()).toBeVisible();
    expect(await violations()).toEqual([]);
    const line = await centre(page.getByTestId('edge-e0').locator('path').first());
    await page.mouse.click(line.x, line.y);
    await expect(page.getByTestId('inspector').getByText('All columns')).toBeVisible();
    expect(await violations()).toEqual([]);
  });
}
