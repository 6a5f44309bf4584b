import { z } from 'zod';
import { AppError } from '#lib/errors/app-error.ts';

const publicSchema = z.object({ SUPABASE_URL: z.url(), SUPABASE_ANON_KEY: z.string().min(20).max(4000) });
const serviceSchema = publicSchema.extend({ SUPABASE_SERVICE_ROLE_KEY: z.string().min(20).max(4000) });

/** Where the Supabase is, and the key of somebody who is not signed in. All that the web process holds. */
export interface SupabaseAddress {
  readonly url: string;
  readonly anonKey: string;
}

/** With the key that passes every policy. The runner's only. */
export interface SupabaseServiceAddress extends SupabaseAddress {
  readonly serviceRoleKey: string;
}

/** @throws AppError `supabase-not-configured` naming the variables that are missing or wrong. */
export function supabaseAddress(env: NodeJS.ProcessEnv = process.env): SupabaseAddress {
  const found = parse(publicSchema, env);
  return { url: found.SUPABASE_URL, anonKey: found.SUPABASE_ANON_KEY };
}

/** @throws AppError `supabase-not-configured` naming the variables that are missing or wrong. */
export function supabaseServiceAddress(env: NodeJS.ProcessEnv = process.env): SupabaseServiceAddress {
  const found = parse(serviceSchema, env);
  return {
    url: found.SUPABASE_URL,
    anonKey: found.SUPABASE_ANON_KEY,
    serviceRoleKey: found.SUPABASE_SERVICE_ROLE_KEY,
  };
}

function parse<T extends z.ZodType>(schema: T, env: NodeJS.ProcessEnv): z.infer<T> {
  const parsed = schema.safeParse(env);
  if (parsed.success) return parsed.data;
  const names = [...new Set(parsed.error.issues.map((issue) => issue.path.join('.')))].join(', ');
  throw new AppError('supabase-not-configured', `The environment lacks a good value for ${names}.`, {
    hint: 'Start with `npm start`, which sets them, or name your Supabase project in all of them.',
  });
}
