import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseRequest, readJsonBody } from './read-request.ts';

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

describe('a JSON body', () => {
  const read = (text: string) =>
    readJsonBody(
      new Request('http://127.0.0.1/', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: text,
      }),
      10_000_000,
    );

  it('is refused at once where it nests without end, closed or not', async () => {
    const started = performance.now();
    for (const text of ['['.repeat(5_000_000), '{"a":'.repeat(1_000_000)])
      await expect(read(text)).rejects.toMatchObject({ code: 'invalid-request' });
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('may hold any number of brackets in its texts, and side by side', async () => {
    const body = { text: `\\"${'['.repeat(1000)}`, list: Array.from({ length: 1000 }, () => [{}]) };
    expect(await read(JSON.stringify(body))).toEqual(body);
  });
});
