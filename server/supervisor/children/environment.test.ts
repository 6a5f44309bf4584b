import { expect, it } from 'vitest';
import { dataDirectory } from '../data-directory.ts';
import { runnerEnvironment, webEnvironment, type ChildSettings } from './environment.ts';

const settings: ChildSettings = {
  directory: dataDirectory('/data'),
  supabase: { url: 'http://127.0.0.1:1', anonKey: 'the-anon-key', serviceRoleKey: 'the-service-key' },
  embedded: true,
  runner: { url: 'http://127.0.0.1:2', token: 'the-runner-token', id: 'runner-1' },
  web: { origin: 'http://127.0.0.1:4400', host: '127.0.0.1', port: 4400 },
  dev: false,
};
const surroundings = {
  PATH: '/bin',
  HTTPS_PROXY: 'http://proxy',
  NODE_ENV: 'test',
  SUPABASE_SERVICE_ROLE_KEY: 'the-service-key',
  PGPASSWORD: 'the-database-password',
  AWS_SECRET_ACCESS_KEY: 'the-cloud-key',
  SLUICE_MEMORY_LIMIT: '2GB',
} as const;

it('the web process is given no key that passes the policies, and nothing of the surroundings but the ordinary', () => {
  const env = webEnvironment(settings, surroundings);
  expect(Object.keys(env).sort()).toEqual([
    'HTTPS_PROXY',
    'NEXT_TELEMETRY_DISABLED',
    'NODE_ENV',
    'PATH',
    'SLUICE_DATA_DIR',
    'SLUICE_EMBEDDED',
    'SLUICE_ORIGIN',
    'SLUICE_RUNNER_TOKEN',
    'SLUICE_RUNNER_URL',
    'SUPABASE_ANON_KEY',
    'SUPABASE_URL',
  ]);
  expect(Object.values(env)).not.toContain('the-service-key');
});

it('the runner is given the service key, its settings, and no password', () => {
  const env = runnerEnvironment(settings, surroundings);
  expect(env).toMatchObject({
    SUPABASE_SERVICE_ROLE_KEY: 'the-service-key',
    SLUICE_RUNNER_ID: 'runner-1',
    SLUICE_MEMORY_LIMIT: '2GB',
  });
  expect(Object.values(env)).not.toContain('the-database-password');
  expect(Object.values(env)).not.toContain('the-cloud-key');
});
