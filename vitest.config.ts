import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

// `server-only` throws when it is loaded outside a React server; in tests it means nothing.
const emptyModule = fileURLToPath(new URL('./server/setup/empty-module.mjs', import.meta.url));

export default defineConfig({
  resolve: { alias: { 'server-only': emptyModule } },
  test: {
    include: ['{lib,server,supabase,components,examples}/**/*.test.{ts,tsx,mjs}'],
    exclude: ['**/node_modules/**', 'examples/data/**'],
    environment: 'node',
    pool: 'forks',
    // Real DuckDB and real Postgres start in the tests: slow on a loaded machine, never minutes.
    testTimeout: 30_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    // As with the browser's journeys: what passes only on a second try is passed, and named in the summary.
    retry: process.env.CI ? 1 : 0,
  },
});
