import { createClient } from '@supabase/supabase-js';
import type { Secrets } from './secrets.ts';
import { ownerSession, refuse } from './sign-in-route.ts';

/**
 * `POST /sluice/owner-session` with `Authorization: Bearer <access token>` → `{data: {access_token, refresh_token}}`, for
 * the first owner alone and while their password is still the generated one, which they cannot know: with this session
 * they set one of their own. `accounts-set-up` afterwards and for everybody else, who know their password.
 */
export async function ownerSessionRoute(request: Request, url: string, secrets: Secrets): Promise<Response> {
  const token = /^Bearer\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
  if (request.method !== 'POST' || !token) return refuse(401, 'not-signed-in', 'You are not signed in.');
  const client = createClient(url, secrets.anonKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const { data, error } = await client.auth.getUser(token);
  if (error) return refuse(401, 'not-signed-in', 'You are not signed in.');
  const session = data.user.email === secrets.ownerEmail ? await ownerSession(url, secrets) : undefined;
  return session
    ? Response.json({ data: session })
    : refuse(409, 'accounts-set-up', 'You have a password of your own.');
}
