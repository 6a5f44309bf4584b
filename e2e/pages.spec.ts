import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './support/test.ts';

const FLIGHTS = 'Which states lose the most minutes';

/** A pipeline whose second step can't run: text is no number. */
const BROKEN = {
  version: 1,
  name: 'Broken sum',
  nodes: [
    {
      id: 'words',
      type: 'inline-source',
      name: 'Words',
      config: { format: 'csv', content: 'word\nhello\n' },
    },
    {
      id: 'total',
      type: 'sql',
      name: 'Total',
      config: { query: 'SELECT CAST(word AS INTEGER) AS n FROM input' },
    },
    { id: 'top', type: 'limit', name: 'First', config: { count: 1 } },
  ],
  edges: [
    { source: 'words', target: 'total' },
    { source: 'total', target: 'top' },
  ],
};

async function api<T>(page: Page, path: string, body?: unknown): Promise<T> {
  const origin = new URL(page.url()).origin;
  const response =
    body === undefined
      ? await page.request.get(path)
      : await page.request.post(path, { data: body, headers: { origin } });
  expect(response.ok(), `${path}: ${await response.text()}`).toBe(true);
  return ((await response.json()) as { data: T }).data;
}

/** Runs a pipeline by the API and waits for its end. Answers the run's id. */
async function runToEnd(page: Page, pipelineId: string): Promise<string> {
  const { id } = await api<{ id: string }>(page, `/api/pipelines/${pipelineId}/runs`, {});
  await expect
    .poll(async () => (await api<{ status: string }>(page, `/api/runs/${id}`)).status, { timeout: 60_000 })
    .toMatch(/succeeded|failed/);
  return id;
}

async function pipelineNamed(page: Page, name: string): Promise<string> {
  const { pipelines } = await api<{ pipelines: { id: string; name: string }[] }>(page, '/api/pipelines');
  const found = pipelines.find((pipeline) => pipeline.name === name);
  expect(found, name).toBeDefined();
  return found!.id;
}

/** Begins in a workspace where nothing has happened yet. */
async function inFreshWorkspace(page: Page): Promise<void> {
  await page.goto('/');
  const { id } = await api<{ id: string }>(page, '/api/workspaces', { name: 'A fresh start' });
  const origin = new URL(page.url()).origin;
  const moved = await page.request.patch('/api/session', { data: { workspaceId: id }, headers: { origin } });
  expect(moved.ok(), await moved.text()).toBe(true);
  await page.goto('/');
}

test('a newcomer runs the flights with one click and finds the run on the dashboard', async ({ page }) => {
  await inFreshWorkspace(page);
  await expect(page.getByRole('heading', { name: FLIGHTS })).toBeVisible();
  await page.getByRole('button', { name: 'Open and run', exact: true }).click();
  await expect(page).toHaveURL(/\/pipelines\/[0-9a-f-]+/);

  await page.goto('/');
  const recent = page.locator('section', { has: page.getByRole('heading', { name: 'Recent runs' }) });
  await expect(recent.getByRole('link', { name: FLIGHTS })).toBeVisible();
  await expect(recent.getByRole('img', { name: 'Succeeded' }).first()).toBeVisible({ timeout: 60_000 });
  await expect(page.getByRole('img', { name: /^Success: 100 %/ })).toBeVisible();
});

test('a run shows each node’s rows, columns, SQL and log', async ({ page }) => {
  await page.goto('/runs');
  const id = await runToEnd(page, await pipelineNamed(page, FLIGHTS));
  await page.goto(`/runs/${id}`);
  await expect(page.getByText('Succeeded').first()).toBeVisible();

  await page
    .getByRole('list', { name: 'Timeline' })
    .getByRole('button', { name: /The ten worst/ })
    .click();
  const record = page.getByRole('region', { name: 'Record of The ten worst' });
  const grid = record.getByRole('grid');
  await expect(grid.getByRole('gridcell').first()).toBeVisible();
  await expect(record.getByText('10 rows × 4 columns')).toBeVisible();
  // The grid is one stop for the keyboard; arrows move inside it.
  await grid.focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Value of state' })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(grid).toBeFocused();

  await record.getByRole('tab', { name: 'Schema' }).click();
  await expect(record.getByRole('cell', { name: 'minutes_lost' })).toBeVisible();
  await record.getByRole('tab', { name: 'SQL' }).click();
  await expect(record.getByRole('tabpanel', { name: 'SQL' })).toContainText(/LIMIT\s+10/);
  await record.getByRole('tab', { name: 'Logs' }).click();
  await expect(record.getByRole('table')).toBeVisible();
});

test('a failure says what, where and what to do, and waits on the dashboard until it was seen', async ({
  page,
}) => {
  await page.goto('/pipelines');
  const { id: pipelineId } = await api<{ id: string }>(page, '/api/pipelines', { document: BROKEN });
  const id = await runToEnd(page, pipelineId);

  await page.goto(`/runs/${id}`);
  const record = page.getByRole('region', { name: 'Record of Total' });
  await expect(record.getByRole('tab', { name: 'Error' })).toHaveAttribute('aria-selected', 'true');
  await expect(record.getByRole('alert')).toContainText('hello');
  await expect(
    page.getByRole('list', { name: 'Timeline' }).getByRole('button', { name: /First/ }),
  ).toContainText('Skipped');
  await expect(page.getByRole('button', { name: 'Resume' })).toBeVisible();

  await page.goto('/');
  const failed = page.locator('section', {
    has: page.getByRole('heading', { name: /failed since you looked/ }),
  });
  await expect(failed.getByRole('link', { name: 'Broken sum' })).toBeVisible();
  await failed.getByRole('button', { name: 'Mark as seen' }).click();
  await expect(failed).toBeHidden();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Recent runs' })).toBeVisible();
  await expect(failed).toBeHidden();

  await page.goto('/runs?status=failed');
  await expect(page.getByRole('row', { name: /Broken sum/ })).toBeVisible();
  await expect(page.getByRole('row', { name: new RegExp(FLIGHTS) })).toBeHidden();
});

test('a pipeline is imported, copied, renamed, exported and deleted', async ({ page }) => {
  await page.goto('/pipelines?import');
  await page
    .getByLabel('Document')
    .fill(
      'version: 1\nname: From text\nnodes:\n  - { id: a, type: inline-source, config: { format: csv, content: "n\\n1\\n" } }\nedges: []\n',
    );
  await page.getByRole('button', { name: 'Import', exact: true }).last().click();
  await expect(page).toHaveURL(/\/pipelines\/[0-9a-f-]+/);

  await page.goto('/pipelines');
  await page.getByRole('button', { name: 'Actions for From text', exact: true }).click();
  await page.getByRole('menuitem', { name: 'Duplicate' }).click();
  await page.getByRole('button', { name: 'Actions for From text (copy)' }).click();
  await page.getByRole('menuitem', { name: 'Rename…' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Second thoughts');
  await page.getByRole('button', { name: 'Rename', exact: true }).click();
  await expect(page.getByRole('link', { name: /Second thoughts/ })).toBeVisible();

  await page.getByRole('button', { name: 'Actions for Second thoughts' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'Export as YAML' }).click();
  expect((await download).suggestedFilename()).toBe('second-thoughts.yaml');

  await page.getByRole('button', { name: 'Actions for Second thoughts' }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByRole('link', { name: /Second thoughts/ })).toBeHidden();

  await page.getByRole('searchbox', { name: 'Search pipelines' }).fill('no such thing');
  await expect(page.getByText('No pipeline matches “no such thing”')).toBeVisible();
  await page.getByRole('button', { name: 'Clear the search' }).first().click();
  await expect(page.getByRole('link', { name: /From text/ })).toBeVisible();
});

test('a text that is no pipeline is refused with line and column', async ({ page }) => {
  await page.goto('/pipelines?import');
  await page.getByLabel('Document').fill('version: 1\nname: [open\n');
  await expect(page.getByText('This is not a pipeline yet.')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Import', exact: true }).last()).toBeDisabled();
});

test('a schedule is made in words, paused and deleted', async ({ page }) => {
  await page.goto('/schedules');
  await page.getByRole('button', { name: 'New schedule' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'New schedule' });
  await dialog.getByRole('combobox', { name: 'Pipeline' }).click();
  await page.getByRole('option', { name: FLIGHTS }).click();
  await dialog.getByLabel('Cron').fill('61 * * * *');
  await expect(dialog.getByText(/is not a cron time/)).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Create schedule' })).toBeDisabled();
  await dialog.getByLabel('Cron').fill('30 6 * * 1-5');
  await expect(dialog.getByText('At 06:30, Monday through Friday')).toBeVisible();
  await expect(dialog.getByRole('list', { name: 'Next five times' }).getByRole('listitem')).toHaveCount(5);
  await dialog.getByRole('button', { name: 'Create schedule' }).click();
  await expect(dialog).toBeHidden();

  const row = page.getByRole('row', { name: new RegExp(FLIGHTS) });
  await expect(row).toContainText('At 06:30, Monday through Friday');
  await row.getByRole('switch').click();
  await expect(row).toContainText('Paused');
  await row.getByRole('button', { name: /^Actions/ }).click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await expect(page.getByText('Nothing is scheduled')).toBeVisible();
});

test('the palette leads anywhere by keyboard', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { name: 'Dashboard' })).toBeVisible();
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Go to' }).fill('bird');
  await expect(page.getByRole('option', { name: /bird/i, selected: true })).toBeVisible();
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/pipelines\/[0-9a-f-]+/);
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Go to' }).fill('schedules');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/schedules$/);
});

test('the theme is kept, and there from the first paint', async ({ page }) => {
  await page.goto('/settings');
  await page.getByRole('radio', { name: 'Dark' }).click();
  await expect(page.locator('html')).toHaveClass(/dark/);
  await page.goto('/settings', { waitUntil: 'commit' });
  await page.waitForSelector('body');
  await expect(page.locator('html')).toHaveClass(/dark/);
  await page.getByRole('radio', { name: 'Light' }).click();
  await expect(page.locator('html')).not.toHaveClass(/dark/);
});

test.describe('a stranger', () => {
  test.use({ storageState: { cookies: [], origins: [] } });

  test('is led to the door and told why a used link does nothing', async ({ page, sluice }) => {
    await page.goto('/runs?status=failed');
    await expect(page).toHaveURL(/\/sign-in\?next=%2Fruns%3Fstatus%3Dfailed/);
    await page.getByLabel('E-mail').fill('nobody@example.org');
    await page.getByLabel('Password').fill('wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByText('E-mail address or password is wrong.')).toBeVisible();

    await page.goto(sluice.signInLink);
    await expect(page.getByText('This sign-in link has been used or has expired.')).toBeVisible();
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(`in ${colorScheme}`, () => {
    test.use({ colorScheme, reducedMotion: 'reduce' } as object);

    for (const path of [
      '/',
      '/pipelines',
      '/runs',
      '/schedules',
      '/schedules?new',
      '/settings',
      '/no-such-page',
    ]) {
      test(`${path} has no fault that axe finds`, async ({ page }) => {
        await page.goto(path);
        await expect(page.getByRole('heading', { level: 1 }).or(page.getByRole('dialog'))).not.toHaveCount(0);
        await expect(page.getByRole('status', { name: /^Loading/ })).toHaveCount(0);
        const { violations } = await new AxeBuilder({ page }).analyze();
        expect(violations.map(({ id, nodes }) => [id, nodes.map((node) => node.html)])).toEqual([]);
      });
    }
  });
}
