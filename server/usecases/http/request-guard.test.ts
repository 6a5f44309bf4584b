import { describe, expect, it } from 'vitest';
import { bearerToken, checkHost, checkOrigin } from './request-guard.ts';

const host =
  (name: string, env: Record<string, string> = {}) =>
  () => {
    checkHost(new Headers({ host: name }), env as NodeJS.ProcessEnv);
  };
const change =
  (headers: Record<string, string>, method = 'POST') =>
  () => {
    checkOrigin({ method, headers: new Headers({ host: '127.0.0.1:4400', ...headers }) });
  };

describe('checkHost', () => {
  it.each(['127.0.0.1:4400', 'localhost:4400', 'LOCALHOST', '[::1]:4400'])('takes %s', (name) => {
    expect(host(name)).not.toThrow();
  });

  it.each([
    'evil.example',
    'evil.example:4400',
    '127.0.0.1.evil.example',
    'localhost.evil.example:4400',
    '10.0.0.5:4400',
    '',
  ])('refuses %j', (name) => {
    expect(host(name)).toThrow(expect.objectContaining({ code: 'unknown-host' }));
  });

  it('takes the names that the server was told', () => {
    const env = {
      SLUICE_ALLOWED_HOSTS: 'sluice.example.com, 10.0.0.5:4400',
      SLUICE_ORIGIN: 'http://lab:4400',
    };
    expect(host('sluice.example.com:8443', env)).not.toThrow();
    expect(host('10.0.0.5:4400', env)).not.toThrow();
    expect(host('lab:4400', env)).not.toThrow();
    expect(host('10.0.0.5:4401', env)).toThrow(expect.objectContaining({ code: 'unknown-host' }));
    expect(host('lab:9999', env)).toThrow(expect.objectContaining({ code: 'unknown-host' }));
  });
});

describe('checkOrigin', () => {
  it('takes changes from our own pages', () => {
    expect(change({ origin: 'http://127.0.0.1:4400', 'sec-fetch-site': 'same-origin' })).not.toThrow();
    expect(change({ origin: 'http://127.0.0.1:4400' })).not.toThrow();
    expect(change({ 'sec-fetch-site': 'same-origin' })).not.toThrow();
  });

  it.each([
    {},
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:9999' },
    { origin: 'http://127.0.0.1:4400', 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { 'sec-fetch-site': 'none' },
    { authorization: 'Basic b3duZXI6cGFzc3dvcmQ=' },
  ])('refuses a change with %j', (headers) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
      expect(change(headers as unknown as Record<string, string>, method)).toThrow(
        expect.objectContaining({ code: 'foreign-origin' }),
      );
    }
  });

  it('asks nothing of readers and of scripts with a token', () => {
    expect(change({ origin: 'http://evil.example' }, 'GET')).not.toThrow();
    expect(change({ authorization: 'Bearer eyJhbGciOi.J9.x' })).not.toThrow();
  });
});

it('reads the token of a header', () => {
  expect(bearerToken(new Headers({ authorization: 'bearer abc.def-123_45' }))).toBe('abc.def-123_45');
  expect(bearerToken(new Headers({ authorization: 'Bearer' }))).toBeNull();
  expect(bearerToken(new Headers())).toBeNull();
});
