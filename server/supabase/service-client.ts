import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { SupabaseServiceAddress } from './environment.ts';
import type { Database } from './rows.ts';

/** Typed by the migrations' own tables; see rows.ts. */
export type ServiceClient = SupabaseClient<Database>;

/** All that the runner asks is small: a call that takes this long never ends, and is tried again by whoever made it. */
const PATIENCE_MS = 30_000;

/** A client past every policy. The runner's only: it writes what runs leave behind, for all workspaces. */
export function serviceClient(address: SupabaseServiceAddress): ServiceClient {
  return createClient<Database>(address.url, address.serviceRoleKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    global: {
      fetch: (input, init) => {
        const late = AbortSignal.timeout(PATIENCE_MS);
        return fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, late]) : late });
      },
    },
  });
}
