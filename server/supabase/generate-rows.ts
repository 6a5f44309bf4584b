/** `node server/supabase/generate-rows.ts`: writes rows.ts anew from the migrations, by way of a real database. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import postgres from 'postgres';
import { startEmbeddedSupabase } from '#server/supervisor/embedded-supabase.ts';
import { rowTypes } from './row-types.ts';

const dataDir = mkdtempSync(path.join(tmpdir(), 'sluice-rows-'));
const supabase = await startEmbeddedSupabase({ dataDir, durable: false });
const sql = postgres(supabase.cluster.url, { max: 1 });
try {
  writeFileSync(path.join(import.meta.dirname, 'rows.ts'), await rowTypes(sql));
} finally {
  await sql.end();
  await supabase.stop();
  rmSync(dataDir, { recursive: true, force: true });
}
