import { glob } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { ENDPOINTS } from '#lib/contracts/endpoints.ts';
import { openApi } from '#lib/contracts/openapi.ts';

const APP = path.join(import.meta.dirname, '../../app');
const described = Object.values(ENDPOINTS).map(({ method, path: route }) => `${method} ${route}`);

it('has a route for each endpoint, and no route that is not described', async () => {
  const found: string[] = [];
  for await (const file of glob('api/**/route.ts', { cwd: APP })) {
    const route = `/${path.dirname(file).replaceAll(/\[(\w+)\]/g, ':$1')}`;
    const module = (await import(path.join(APP, file))) as Record<string, unknown>;
    found.push(...Object.keys(module).map((method) => `${method} ${route}`));
  }
  expect(found.sort()).toEqual([...described, 'GET /api/openapi.json'].sort());
});

it('describes each path once', () => {
  expect(new Set(described).size).toBe(described.length);
});

it('names every parameter of a path', () => {
  for (const endpoint of Object.values(ENDPOINTS)) {
    const named = [...endpoint.path.matchAll(/:(\w+)/g)].map(([, name]) => name);
    const parsed = 'params' in endpoint ? Object.keys(endpoint.params.shape) : [];
    expect(parsed.sort()).toEqual(named.sort());
  }
});

it('is OpenAPI whose references all lead somewhere', () => {
  const document = openApi() as {
    paths: Record<string, Record<string, { operationId: string }>>;
    components: { schemas: object };
  };
  const refs = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, ref]) => ref ?? '');
  expect(refs.length).toBeGreaterThan(50);
  for (const ref of refs) {
    expect(ref).toMatch(/^#\/components\/schemas\/\w+$/);
    expect(document.components.schemas).toHaveProperty(ref.split('/').at(-1) ?? '');
  }
  const operations = Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  );
  expect(operations.sort()).toEqual(Object.keys(ENDPOINTS).sort());
});
