import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseRequest } from './read-request.ts';

const anything = z.unknown();
const nested = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown;

describe('what is sent', () => {
  it.each([
    ['NUL in a text', { name: 'a\0b' }],
    ['NUL in a key', { config: [{ 'a\0': 1 }] }],
    ['the first half of a character', ['\uD83D']],
    ['the second half of a character', '\uDE00'],
    ['brackets without end', nested(100_000)],
  ])('is refused with %s', (_, body) => {
    expect(() => parseRequest(anything, body, 'body')).toThrow(
      expect.objectContaining({ code: 'invalid-request', kind: 'user' }),
    );
  });

  it('may hold any whole character and nest as documents do', () => {
    const body = { name: '😀 é 漢\n\u0001', deep: nested(100) };
    expect(parseRequest(anything, body, 'body')).toEqual(body);
  });
});
