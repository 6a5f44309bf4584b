import { AppError } from '#lib/errors/app-error.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses a request under a name that is not ours, so that a page which makes its own name point here reads nothing.
 * Ours are the loopback names, the address that the server was started for (`SLUICE_ORIGIN`) and those in
 * `SLUICE_ALLOWED_HOSTS` (`sluice.example.com, 10.0.0.5:4400`; without a port all of them). Throws `unknown-host`.
 */
export function checkHost(headers: Headers, env: NodeJS.ProcessEnv = process.env): void {
  const host = headers.get('host')?.toLowerCase() ?? '';
  const name = host.replace(/:\d+$/, '');
  const ours = (env.SLUICE_ALLOWED_HOSTS ?? '')
    .toLowerCase()
    .split(',')
    .map((entry) => entry.trim());
  if (env.SLUICE_ORIGIN) ours.push(originHost(env.SLUICE_ORIGIN) ?? '');
  if (host !== '' && (LOOPBACK.has(name) || ours.includes(host) || ours.includes(name))) return;
  throw new AppError('unknown-host', `“${host}” is not a name of this server.`, {
    hint: 'Name it in SLUICE_ALLOWED_HOSTS if it is.',
  });
}

/**
 * Refuses a change that another site's page may have sent along with the person's cookies. Browsers say where a
 * request comes from; a script has no cookies and uses a token, which no browser adds by itself. Throws `foreign-origin`.
 */
export function checkOrigin(request: Pick<Request, 'method' | 'headers'>): void {
  if (READING.has(request.method) || bearerToken(request.headers) !== null) return;
  const origin = request.headers.get('origin');
  const site = request.headers.get('sec-fetch-site');
  const sameOrigin =
    origin === null
      ? site === 'same-origin'
      : originHost(origin) === request.headers.get('host')?.toLowerCase();
  if (sameOrigin && (site === null || site === 'same-origin')) return;
  throw new AppError('foreign-origin', 'This request did not come from Sluice’s own pages.', {
    hint: 'From a script, send an access token as `Authorization: Bearer …`.',
  });
}

/** The token of `Authorization: Bearer …`, else null. */
export function bearerToken(headers: Headers): string | null {
  const match = /^Bearer ([\w.~+/=-]{10,8192})$/i.exec(headers.get('authorization') ?? '');
  return match?.[1] ?? null;
}

function originHost(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
