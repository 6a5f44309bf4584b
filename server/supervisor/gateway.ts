import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { App } from '@supabase/lite';
import type { PostgresConnection } from '@supabase/lite/postgres';
import { gatewayConnection, type GatewayConnection } from './gateway-connection.ts';
import type { Secrets } from './secrets.ts';

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
  /** Connects to the database anew, after it was away. Requests that wait for the old connections are answered 503. */
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
  let current = await openBackend(options);
  const listener = getRequestListener(async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/sluice/')) return options.ownRoutes(request);
    if (!/^\/(rest|auth)\/v1(\/|$)/.test(pathname)) return new Response('Not found', { status: 404 });
    return current.answer(request);
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
    async renew() {
      const before = current;
      current = await openBackend(options);
      before.giveUp();
    },
    async stop() {
      server.closeIdleConnections();
      const closed = new Promise((resolve) => server.close(resolve));
      // Requests under way may finish; one that hangs does not hold up the shutdown.
      const timer = setTimeout(() => server.closeAllConnections(), 3000);
      await closed;
      clearTimeout(timer);
      await current.connection.close();
    },
  };
}

interface Backend {
  readonly connection: GatewayConnection;
  answer(request: Request): Promise<Response>;
  /** Answers whoever still waits, and closes the connections. */
  giveUp(): void;
}

async function openBackend({ databaseUrl, secrets }: GatewayOptions): Promise<Backend> {
  const connection = gatewayConnection(databaseUrl);
  const app = supabaseApp(connection, secrets);
  await app.init();
  const waiting = new Set<(answer: Response) => void>();
  return {
    connection,
    async answer(request) {
      const { promise: lost, resolve } = Promise.withResolvers<Response>();
      waiting.add(resolve);
      try {
        // The library asks for it again, outside of what it catches; this answers in its place where that would fail.
        if (!(await connection.knowsSchema())) return databaseAway();
        return await Promise.race([app.fetch(request, { peerAddress: '127.0.0.1' }), lost]);
      } finally {
        waiting.delete(resolve);
      }
    },
    giveUp() {
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
