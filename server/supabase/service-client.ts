import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { SupabaseServiceAddress } from './environment.ts';
import type { Database } from './rows.ts';

/** Typed by the migrations' own tables; see rows.ts. */
export type ServiceClient = SupabaseClient<Database>;

/** A client past every policy. The runner's only: it writes what runs leave behind, for all workspaces. */
export function serviceClient(address: SupabaseServiceAddress): ServiceClient {
  return createClient<Database>(address.url, address.serviceRoleKey, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
  });
}
