import type { APIRequestContext, Locator, Page } from '@playwright/test';
import { expect } from './test.ts';

/** Two small tables whose sums can be done in the head. */
export const ORDERS = 'id,region,amount\n1,North,10\n2,South,20\n3,North,30\n4,West,40\n';
export const MORE = 'id,region,amount\n5,South,50\n';

export type Document = Record<string, unknown>;

export const source = (id: string, content: string, name: string) => ({
  id,
  type: 'inline-source',
  name,
  config: { format: 'csv', content },
});

export async function createPipeline(
  request: APIRequestContext,
  baseURL: string | undefined,
  document: Document,
): Promise<string> {
  const answer = await request.post('/api/pipelines', {
    data: { document: { version: 1, ...document } },
    headers: { origin: baseURL ?? '' },
  });
  expect(answer.ok(), await answer.text()).toBe(true);
  return (await answer.json()).data.id as string;
}

export async function draftOf(
  request: APIRequestContext,
  id: string,
): Promise<{ nodes: Document[]; edges: Document[]; name: string }> {
  const answer = (await (await request.get(`/api/pipelines/${id}`)).json()) as {
    data: { document: Awaited<ReturnType<typeof draftOf>> };
  };
  return answer.data.document;
}

export async function open(page: Page, id: string): Promise<void> {
  await page.goto(`/pipelines/${id}`);
  await expect(page.getByTestId('canvas')).toBeVisible({ timeout: 60_000 });
  await expect(page.getByTestId('save-status')).toHaveText(/Draft saved/);
}

export const card = (page: Page, name: string) =>
  page.locator('.react-flow__node').filter({ hasText: name }).first();
export const port = (page: Page, name: string, port: string) => card(page, name).getByTestId(port);

/** Draws an edge as a person does: press on one port, move, let go on the other. */
export async function drag(
  page: Page,
  from: { x: number; y: number },
  to: { x: number; y: number },
): Promise<void> {
  await page.mouse.move(from.x, from.y);
  await page.mouse.down();
  await page.mouse.move((from.x + to.x) / 2, (from.y + to.y) / 2, { steps: 4 });
  await page.mouse.move(to.x, to.y, { steps: 4 });
  await page.mouse.up();
}

export async function centre(locator: Locator): Promise<{ x: number; y: number }> {
  const box = await locator.boundingBox();
  if (!box) throw new Error('it is not in sight');
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}

export async function saved(page: Page): Promise<void> {
  await expect(page.getByTestId('save-status')).toHaveText(/Draft saved/);
}

export const output = (page: Page, name: string) => page.getByRole('grid', { name: `Output of ${name}` });
