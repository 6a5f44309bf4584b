import type { DataDirectory } from '../data-directory.ts';

/** What the children share; a key is where it is needed and nowhere else. */
export interface ChildSettings {
  readonly directory: DataDirectory;
  readonly supabase: { readonly url: string; readonly anonKey: string; readonly serviceRoleKey: string };
  /** Whether the Supabase is ours, and sign-in links work. */
  readonly embedded: boolean;
  readonly runner: { readonly url: string; readonly token: string; readonly id: string };
  /** Where people reach the app. */
  readonly web: { readonly origin: string; readonly host: string; readonly port: number };
  readonly dev: boolean;
}

// What any program may want of its surroundings: finding others, speaking the right language, reaching the network.
const ORDINARY = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'SHELL',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'TERM',
  'COLORTERM',
  'NO_COLOR',
  'FORCE_COLOR',
  'CI',
  'SYSTEMROOT',
  'COMSPEC',
  'PATHEXT',
  'APPDATA',
  'LOCALAPPDATA',
  'USERPROFILE',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NEXT_TELEMETRY_DISABLED',
]);

function ordinary(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(env).filter(([name]) => ORDINARY.has(name) || name.startsWith('LC_')),
  );
}

/** Settings by which people tune the runner (memory, concurrency …). */
function tuning(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(env).filter(([name]) => name.startsWith('SLUICE_')));
}

function common(settings: ChildSettings): Record<string, string> {
  return {
    NODE_ENV: settings.dev ? 'development' : 'production',
    SUPABASE_URL: settings.supabase.url,
    SUPABASE_ANON_KEY: settings.supabase.anonKey,
    SLUICE_DATA_DIR: settings.directory.root,
    SLUICE_RUNNER_URL: settings.runner.url,
    SLUICE_RUNNER_TOKEN: settings.runner.token,
    SLUICE_ORIGIN: settings.web.origin,
  };
}

/** Settings of the web server that people may give. */
const WEB_SETTINGS = new Set(['SLUICE_ALLOWED_HOSTS', 'SLUICE_MAX_UPLOAD_BYTES']);

/** The web process acts as the signed-in user and as nobody else: no service key, no database password. */
export function webEnvironment(settings: ChildSettings, env = process.env): NodeJS.ProcessEnv {
  return {
    ...ordinary(env),
    ...Object.fromEntries(Object.entries(env).filter(([name]) => WEB_SETTINGS.has(name))),
    ...common(settings),
    NODE_ENV: settings.dev ? 'development' : 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    SLUICE_EMBEDDED: settings.embedded ? '1' : '0',
  };
}

/** The runner writes for all workspaces, so it has the service key; the database's password it has not either. */
export function runnerEnvironment(settings: ChildSettings, env = process.env): NodeJS.ProcessEnv {
  return {
    // A statement has a thread of this pool for as long as it runs, and files need some too.
    UV_THREADPOOL_SIZE: '32',
    ...ordinary(env),
    ...tuning(env),
    ...common(settings),
    NODE_ENV: settings.dev ? 'development' : 'production',
    SUPABASE_SERVICE_ROLE_KEY: settings.supabase.serviceRoleKey,
    SLUICE_RUNNER_ID: settings.runner.id,
  };
}
