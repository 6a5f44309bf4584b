import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createSignInLink, createSignInToken, redeemSignInToken } from './sign-in-link.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'sluice-links-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(dataDir, { recursive: true });
});

it('a link is good once', () => {
  const token = new URL(createSignInLink(dataDir)).searchParams.get('token') ?? '';
  expect(redeemSignInToken(token, dataDir)).toBe(true);
  expect(redeemSignInToken(token, dataDir)).toBe(false);
});

it('each of several links works, whichever is used first', () => {
  const [one, two] = [createSignInToken(dataDir), createSignInToken(dataDir)];
  expect(redeemSignInToken(two, dataDir)).toBe(true);
  expect(redeemSignInToken(one, dataDir)).toBe(true);
});

it('a link ends after an hour', () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const token = createSignInToken(dataDir);
  vi.advanceTimersByTime(61 * 60_000);
  expect(redeemSignInToken(token, dataDir)).toBe(false);
});

it('what was never given out is not taken', () => {
  createSignInToken(dataDir);
  expect(redeemSignInToken('x'.repeat(43), dataDir)).toBe(false);
});

it('the file tells nobody a token', () => {
  const token = createSignInToken(dataDir);
  const file = path.join(dataDir, 'sign-in-links.json');
  expect(readFileSync(file, 'utf8')).not.toContain(token);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});
