import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { dataDirectory } from './data-directory.ts';
import { writePrivateFile } from './secrets.ts';
import { readState } from './state.ts';

// Long enough to start the server, go for a coffee and click; short enough for a terminal's history to be worthless.
const LIFETIME_MS = 60 * 60_000;
const KEPT_LINKS = 20;

const linksSchema = z.array(z.object({ hash: z.string(), expiresAt: z.number() }));
type Links = z.infer<typeof linksSchema>;

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

function liveLinks(file: string): Links {
  if (!existsSync(file)) return [];
  const links = linksSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  // A file of another shape holds no link that we could honour.
  return links.success ? links.data.filter(({ expiresAt }) => expiresAt > Date.now()) : [];
}

/**
 * Makes a link's token: good once, within the hour. Only its hash is kept, in a file of the data directory, so that
 * whoever may read that directory (and nobody else) can make one, with the server running or not.
 * @param dataDir as `SLUICE_DATA_DIR`
 */
export function createSignInToken(dataDir?: string): string {
  const file = dataDirectory(dataDir).signInLinksFile;
  const token = randomBytes(32).toString('base64url');
  const links = [...liveLinks(file), { hash: hashOf(token), expiresAt: Date.now() + LIFETIME_MS }];
  writePrivateFile(file, JSON.stringify(links.slice(-KEPT_LINKS)));
  return token;
}

/** A one-click sign-in link to the app, where it is (or was last) served over this data directory. */
export function createSignInLink(dataDir?: string): string {
  const origin = readState(dataDirectory(dataDir)).origin ?? 'http://127.0.0.1:4400';
  return `${origin}/sign-in/link?token=${createSignInToken(dataDir)}`;
}

/** Uses a token up. False when it is unknown, used or expired. */
export function redeemSignInToken(token: string, dataDir?: string): boolean {
  const file = dataDirectory(dataDir).signInLinksFile;
  const wanted = Buffer.from(hashOf(token));
  const links = liveLinks(file);
  const rest = links.filter(({ hash }) => !timingSafeEqual(Buffer.from(hash), wanted));
  if (rest.length === links.length) return false;
  writePrivateFile(file, JSON.stringify(rest));
  return true;
}
