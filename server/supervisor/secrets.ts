import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { SignJWT } from 'jose';
import { z } from 'zod';
import { AppError } from '#lib/errors/app-error.ts';

const secretsSchema = z.object({
  version: z.literal(1),
  jwtSecret: z.string().min(32),
  /** Role `anon`; the web process holds this one. */
  anonKey: z.string().min(1),
  /** Role `service_role`, past every policy; only the runner holds it. */
  serviceRoleKey: z.string().min(1),
  databasePassword: z.string().min(16),
  ownerEmail: z.email(),
  ownerPassword: z.string().min(16),
  runnerToken: z.string().min(32),
  /** Names this machine's runner over restarts, so that it knows its own interrupted runs at once. */
  runnerId: z.string().min(1),
});
export type Secrets = z.infer<typeof secretsSchema>;

const token = (bytes = 32) => randomBytes(bytes).toString('base64url');

/** A key as Supabase makes them: a JWT of a role, valid for ten years. */
async function roleKey(role: 'anon' | 'service_role', jwtSecret: string): Promise<string> {
  return new SignJWT({ role, iss: 'sluice' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt()
    .setExpirationTime('10y')
    .sign(new TextEncoder().encode(jwtSecret));
}

async function createSecrets(): Promise<Secrets> {
  const jwtSecret = token(48);
  return {
    version: 1,
    jwtSecret,
    anonKey: await roleKey('anon', jwtSecret),
    serviceRoleKey: await roleKey('service_role', jwtSecret),
    databasePassword: token(),
    ownerEmail: 'owner@sluice.local',
    ownerPassword: token(),
    runnerToken: token(),
    runnerId: `runner-${randomUUID()}`,
  };
}

/**
 * The secrets of the embedded database, made on first call and kept in a file that only its owner reads (0600).
 * @throws AppError `secrets-unreadable` when the file is there and damaged: making new ones would lock everybody out.
 */
export async function loadSecrets(file: string): Promise<Secrets> {
  if (existsSync(file)) return readSecrets(file);
  const secrets = await createSecrets();
  writePrivateFile(file, JSON.stringify(secrets, null, 2));
  return secrets;
}

/** @throws AppError `secrets-unreadable` */
export function readSecrets(file: string): Secrets {
  try {
    return secretsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new AppError('secrets-unreadable', `The secrets in ${file} cannot be read.`, {
      hint: 'Restore the file from a backup; the database opens with no others.',
      cause,
    });
  }
}

/** Replaces a file as a whole (never half), readable by its owner only. */
export function writePrivateFile(file: string, text: string): void {
  const draft = `${file}.${process.pid}.tmp`;
  writeFileSync(draft, `${text}\n`, { mode: 0o600 });
  renameSync(draft, file);
}
