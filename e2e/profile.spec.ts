import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { createPipeline } from './support/pipelines.ts';
import { expect, test } from './support/test.ts';

/**
 * 1 to 90, every tenth without a word; nobody counts what passes the filters. Words of its own for each test: equal rows
 * that an earlier one had kept would be used again.
 */
function document(letter: string) {
  const lines = Array.from({ length: 90 }, (_, index) => {
    const n = index + 1;
    return `${n},${n % 10 === 0 ? '' : n % 3 === 0 ? 'fizz' : `${letter}${n}`}`;
  });
  return {
    name: 'Looked at closely',
    settings: { counts: 'fast' },
    nodes: [
      {
        id: 'all',
        type: 'inline-source',
        name: 'All',
        config: { format: 'csv', content: `n,word\n${lines.join('\n')}\n` },
      },
      { id: 'most', type: 'filter', name: 'Most', config: { condition: 'n > 5' } },
      { id: 'some', type: 'filter', name: 'Some', config: { condition: 'n > 10' } },
      { id: 'total', type: 'sql', name: 'Total', config: { query: 'SELECT sum(n) AS s FROM input' } },
    ],
    edges: [
      { source: 'all', target: 'most' },
      { source: 'most', target: 'some' },
      { source: 'some', target: 'total' },
    ],
  };
}

async function runToEnd(page: Page, pipelineId: string): Promise<string> {
  const origin = new URL(page.url()).origin;
  const started = await page.request.post(`/api/pipelines/${pipelineId}/runs`, {
    data: {},
    headers: { origin },
  });
  const { data } = (await started.json()) as { data: { id: string } };
  const status = async () =>
    ((await (await page.request.get(`/api/runs/${data.id}`)).json()) as { data: { status: string } }).data
      .status;
  await expect.poll(status, { timeout: 30_000 }).toBe('succeeded');
  return data.id;
}

async function openNode(page: Page, name: string) {
  await page.locator('.react-flow__node', { hasText: name }).click();
  const record = page.getByRole('region', { name: `Record of ${name}` });
  await expect(record).toBeVisible();
  return record;
}

test('a node of a run is counted, profiled and paged through on request', async ({ page, baseURL }) => {
  await page.goto('/');
  const id = await runToEnd(page, await createPipeline(page.request, baseURL, document('a')));
  await page.goto(`/runs/${id}`);

  const most = await openNode(page, 'Most');
  await expect(most.getByText('– out')).toBeVisible();
  await most.getByRole('button', { name: 'Count it' }).click();
  await expect(most.getByText('85 out')).toBeVisible();

  await most.getByRole('tab', { name: 'Profile' }).click();
  const profile = most.getByRole('region', { name: 'Profile of Most' });
  await expect(profile.getByText('85 rows × 2 columns')).toBeVisible();
  const numbers = profile.getByRole('button', {
    name: /^n, BIGINT, 0 % NULL, all values differ, from 6 to 90/,
  });
  const words = profile.getByRole('button', { name: /^word, VARCHAR, 11 % NULL/ });
  await numbers.focus();
  await page.keyboard.press('ArrowDown');
  await expect(words).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(words).toHaveAttribute('aria-expanded', 'true');
  await expect(profile.getByText('9 of 85 (11 %)')).toBeVisible();
  for (const theme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: theme });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id: rule, nodes }) => [rule, nodes[0]?.html])).toEqual([]);
  }

  const some = await openNode(page, 'Some');
  await expect(some.getByText('First 50 rows × 2 columns')).toBeVisible();
  await some.getByRole('button', { name: 'Random rows' }).click();
  await expect(some.getByText('50 random rows of 80')).toBeVisible();
  await some.getByRole('button', { name: 'First rows' }).click();
  await expect(some.getByText('80 rows × 2 columns')).toBeVisible();
  const grid = some.getByRole('grid', { name: 'Rows of Some' });
  await grid.focus();
  await page.keyboard.press('ControlOrMeta+End');
  await expect(grid.getByRole('gridcell', { name: '90', exact: true }).first()).toBeVisible();
});

test('all rows of a node are kept when one asks for them', async ({ page, baseURL }) => {
  await page.goto('/');
  const id = await runToEnd(page, await createPipeline(page.request, baseURL, document('b')));
  await page.goto(`/runs/${id}`);
  const most = await openNode(page, 'Most');
  await most.getByRole('button', { name: 'Keep all rows' }).click();
  await expect(most.getByText('85 rows × 2 columns')).toBeVisible();
  await expect(most.getByText('85 out')).toBeVisible();
  await expect(most.getByRole('button', { name: 'Keep all rows' })).toBeHidden();
});

test('the editor shows the profile of the last run', async ({ page, baseURL }) => {
  const id = await createPipeline(page.request, baseURL, document('c'));
  await page.goto(`/pipelines/${id}`);
  await page.locator('.react-flow__node', { hasText: 'Some' }).click();
  const panel = page.getByTestId('data-panel');
  await panel.getByRole('tab', { name: 'Profile' }).click();
  await expect(panel.getByText('Run the pipeline first.')).toBeVisible();
  await page.getByRole('button', { name: 'Run', exact: true }).click();
  await expect(panel.getByText('80 rows × 2 columns')).toBeVisible({ timeout: 30_000 });
  await expect(panel.getByRole('button', { name: /^n, BIGINT/ })).toBeVisible();
});
