import { createClient, type SupabaseClient } from '@supabase/supabase-js';
import type { SupabaseAddress } from './environment.ts';
import type { Database } from './rows.ts';

/** Typed by the migrations' own tables; see rows.ts. */
export type UserClient = SupabaseClient<Database>;

const stateless = { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false } as const;

/**
 * A client that acts as one user for one request: every query runs under that user's policies.
 * @param accessToken the user's Supabase JWT; the database checks it, nobody here needs to.
 */
export function userClient(address: SupabaseAddress, accessToken: string): UserClient {
  return createClient<Database>(address.url, address.anonKey, {
    auth: stateless,
    global: { headers: { Authorization: `Bearer ${accessToken}` } },
  });
}

/** A client of nobody in particular: it can sign in and sees nothing. */
export function anonymousClient(address: SupabaseAddress): UserClient {
  return createClient<Database>(address.url, address.anonKey, { auth: stateless });
}
