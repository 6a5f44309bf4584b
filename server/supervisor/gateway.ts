import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { getRequestListener } from '@hono/node-server';
import { App } from '@supabase/lite';
import type { PostgresConnection } from '@supabase/lite/postgres';
import { AppError } from '#lib/errors/app-error.ts';
import { gatewayConnection, type GatewayConnection } from './gateway-connection.ts';
import type { Secrets } from './secrets.ts';

/** A database that takes connections but does not answer may have just been killed. */
const OPEN_WITHIN_MS = 10_000;
const OPEN_AGAIN_MS = 500;

export interface GatewayOptions {
  readonly databaseUrl: string;
  readonly secrets: Pick<Secrets, 'jwtSecret' | 'anonKey' | 'serviceRoleKey'>;
  readonly wishedPort: number;
  /** Requests below /sluice/, which are the supervisor's own. */
  readonly ownRoutes: (request: Request) => Promise<Response>;
}

/** The Supabase of the embedded database: REST and auth on loopback, as `@supabase/supabase-js` speaks to it. */
export interface Gateway {
  readonly url: string;
  /**
   * Connects to the database anew, after it was away, and tries until that succeeds. Requests that wait for the old
   * connections, and those that come meanwhile, are answered 503.
   */
  renew(): Promise<void>;
  stop(): Promise<void>;
}

/** The request handler over a connection. Sign-up over HTTP stays closed; `signUp` opens it for calls in process. */
export function supabaseApp(
  connection: PostgresConnection,
  secrets: GatewayOptions['secrets'],
  signUp = false,
): App {
  const keys = [
    { key: secrets.anonKey, type: 'publishable', claims: { role: 'anon' } },
    { key: secrets.serviceRoleKey, type: 'secret', claims: { role: 'service_role' } },
  ] as const;
  return new App({
    connection,
    auth: {
      enabled: true,
      enable_signup: signUp,
      jwt_secret: secrets.jwtSecret,
      jwt_expiry: 3600,
      minimum_password_length: 10,
      email: { enable_signup: signUp, enable_confirmations: false },
    },
    options: {
      server: {
        disableStudio: true,
        apiKeys: {
          resolver: async (given) => {
            const known = keys.find(({ key }) => sameText(key, given));
            return known ? { type: known.type, claims: known.claims } : null;
          },
        },
      },
    },
  });
}

function sameText(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Serves the embedded Supabase on a loopback port. The database is migrated already. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const backends = new Backends(options, await openBackend(options));
  const listener = getRequestListener(async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/sluice/')) return options.ownRoutes(request);
    if (!/^\/(rest|auth)\/v1(\/|$)/.test(pathname)) return new Response('Not found', { status: 404 });
    return backends.current.answer(request);
  });
  const server = createServer((request, response) => {
    if (!isLocalCall(request)) {
      response.writeHead(403).end();
      return;
    }
    void listener(request, response);
  });
  // Keep-alive of the clients lasts shorter than ours: they never send into a connection that we just closed.
  server.keepAliveTimeout = 65_000;
  const port = await listen(server, options.wishedPort);
  return {
    url: `http://127.0.0.1:${port}`,
    renew: () => backends.renew(),
    async stop() {
      server.closeIdleConnections();
      const closed = new Promise((resolve) => server.close(resolve));
      // Requests under way may finish; one that hangs does not hold up the shutdown.
      const timer = setTimeout(() => server.closeAllConnections(), 3000);
      await closed;
      clearTimeout(timer);
      await backends.end();
    },
  };
}

/** The backend of the moment. */
class Backends {
  readonly #options: GatewayOptions;
  #current: Backend;
  #renewing: Promise<void> | null = null;
  #isWanted = false;
  #hasEnded = false;

  constructor(options: GatewayOptions, first: Backend) {
    this.#options = options;
    this.#current = first;
  }

  get current(): Backend {
    return this.#current;
  }

  /** One after the other: of two at a time, one's requests would wait in a backend that nobody gives up any more. */
  renew(): Promise<void> {
    this.#isWanted = true;
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  async end(): Promise<void> {
    this.#hasEnded = true;
    await this.#renewing;
    await this.#current.connection.close();
  }

  async #renew(): Promise<void> {
    while (this.#isWanted && !this.#hasEnded) {
      this.#isWanted = false;
      // First of all, for who waits for a connection that is gone may be what holds up the rest.
      this.#current.giveUp();
      try {
        this.#current = await openBackend(this.#options);
      } catch {
        this.#isWanted = true;
        await wait(OPEN_AGAIN_MS);
      }
    }
  }
}

interface Backend {
  readonly connection: GatewayConnection;
  answer(request: Request): Promise<Response>;
  /** Answers whoever still waits or comes, and closes the connections. */
  giveUp(): void;
}

/** @throws what the database says, or that it says nothing. */
async function openBackend({ databaseUrl, secrets }: GatewayOptions): Promise<Backend> {
  const connection = gatewayConnection(databaseUrl);
  const app = supabaseApp(connection, secrets);
  const late = wait(OPEN_WITHIN_MS, null, { ref: false }).then(() => {
    throw new AppError('database-away', 'The database does not answer.', { kind: 'transient' });
  });
  try {
    await Promise.race([app.init(), late]);
  } catch (error) {
    void connection.close();
    throw error;
  } finally {
    late.catch(() => undefined);
  }
  const waiting = new Set<(answer: Response) => void>();
  let isGivenUp = false;
  const answer = async (request: Request) =>
    // The library asks for it again, outside of what it catches; this answers in its place where that would fail.
    (await connection.knowsSchema()) ? app.fetch(request, { peerAddress: '127.0.0.1' }) : databaseAway();
  return {
    connection,
    async answer(request) {
      if (isGivenUp) return databaseAway();
      const { promise: lost, resolve } = Promise.withResolvers<Response>();
      waiting.add(resolve);
      try {
        return await Promise.race([answer(request), lost]);
      } finally {
        waiting.delete(resolve);
      }
    },
    giveUp() {
      isGivenUp = true;
      for (const tell of waiting) tell(databaseAway());
      // What hangs on a broken connection never ends by itself.
      void connection.close();
    },
  };
}

function databaseAway(): Response {
  return Response.json({ code: 'PGRST001', message: 'The database was away.' }, { status: 503 });
}

/**
 * Our processes call this server, browsers never do: a page that resolves its own name to 127.0.0.1, or one that posts
 * here across origins, is turned away before anything looks at it.
 */
function isLocalCall(request: IncomingMessage): boolean {
  const host = request.headers.host?.replace(/:\d+$/, '');
  return (host === '127.0.0.1' || host === 'localhost') && request.headers.origin === undefined;
}

function listen(server: ReturnType<typeof createServer>, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1' }, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}
