import type { Health } from '#lib/contracts/session.ts';
import { supabaseAddress } from '#server/supabase/environment.ts';
import { anonymousClient } from '#server/supabase/user-client.ts';
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

async function askDatabase(): Promise<void> {
  const { error } = await anonymousClient(supabaseAddress())
    .rpc('health', {})
    .abortSignal(AbortSignal.timeout(PATIENCE_MS));
  if (error) throw new Error(error.message);
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
