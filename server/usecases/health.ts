import type { Health } from '#lib/contracts/session.ts';
import { supabaseAddress } from '#server/supabase/environment.ts';
import { askRunner } from './runner-link.ts';

// Whoever asks wants to know now; a part that takes longer does not answer.
const PATIENCE_MS = 2000;

/** Whether database and runner answer. Says nothing more, because anybody may ask. */
export async function checkHealth(): Promise<Health> {
  const [database, runner] = await Promise.all([
    answers(askDatabase),
    answers(() => askRunner('health', {}, AbortSignal.timeout(PATIENCE_MS))),
  ]);
  return {
    status: database && runner ? 'ok' : 'degraded',
    database: database ? 'ok' : 'unreachable',
    runner: runner ? 'ok' : 'unreachable',
  };
}

/** Any answer will do: the gateway refuses who is not signed in, and that shows it is there. */
async function askDatabase(): Promise<void> {
  const { url, anonKey } = supabaseAddress();
  const response = await fetch(`${url}/rest/v1/workspaces?select=id&limit=1`, {
    headers: { apikey: anonKey },
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  if (response.status >= 500) throw new Error(`status ${response.status}`);
}

async function answers(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    return true;
  } catch {
    // That it does not answer is the finding.
    return false;
  }
}
