import { describe, expect, it } from 'vitest';
import { linkError, safeNext } from './sign-in-address.ts';

describe('where to go after signing in', () => {
  it.each([
    ['/runs?status=failed', '/runs?status=failed'],
    [null, '/'],
    ['https://evil.example/', '/'],
    ['//evil.example/', '/'],
    ['/\\evil.example', '/'],
    ['/\t/evil.example', '/'],
    ['javascript:alert(1)', '/'],
    ['/sign-in?next=/runs', '/'],
  ])('%s leads to %s', (next, page) => {
    expect(safeNext(next)).toBe(page);
  });
});

describe('a link that did not work', () => {
  it('says what to do, whatever the code', () => {
    expect(linkError(null)).toBeNull();
    expect(linkError('link-not-valid')?.hint).toContain('sluice link');
    expect(linkError('something-new')?.message).toBe('The sign-in link did not work.');
  });
});
