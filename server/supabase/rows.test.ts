import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { rowTypes } from './row-types.ts';
import { testSupabase } from './testing/test-supabase.ts';

it('the row types are those of the migrations', async () => {
  const { sql } = await testSupabase();
  // If this fails: node server/supabase/generate-rows.ts
  expect(readFileSync(path.join(import.meta.dirname, 'rows.ts'), 'utf8')).toBe(await rowTypes(sql));
});
