import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { checkedBatch, resultBatches } from './output-batch.ts';
import type { OutputBatch, OutputColumn } from './wire.ts';

function texts(name: string, kind: 'text' | 'bigint' | 'json', cells: (string | null)[]): OutputColumn {
  return {
    name,
    kind,
    nulls: Uint8Array.from(cells, (cell) => (cell === null ? 1 : 0)),
    numbers: null,
    text: cells.join(''),
    lengths: Uint32Array.from(cells, (cell) => cell?.length ?? 0),
  };
}

function dates(times: (number | null)[]): OutputColumn {
  return {
    name: 'd',
    kind: 'date',
    nulls: Uint8Array.from(times, (time) => (time === null ? 1 : 0)),
    numbers: Float64Array.from(times, (time) => time ?? Number.NaN),
    text: null,
    lengths: null,
  };
}

const check = (rows: number, ...columns: OutputColumn[]) => checkedBatch({ rows, columns });
const refused = (code: string, message?: RegExp): unknown =>
  expect.objectContaining({ code, ...(message && { message: expect.stringMatching(message) as unknown }) });

describe('a batch that came out', () => {
  it('says of chance what it says, and the worse where it says nothing', () => {
    expect(checkedBatch({ rows: 0, columns: [], usedChance: false })?.usedChance).toBe(false);
    for (const usedChance of [true, undefined, null, 0, ''])
      expect(checkedBatch({ rows: 0, columns: [], usedChance })?.usedChance).toBe(true);
  });
  it('has columns with names', () => {
    for (const name of ['', 'a\0b', '\ud800', 'x'.repeat(501)])
      expect(() => check(1, texts(name, 'text', ['x'])), name).toThrow(refused('code-result'));
    expect(check(1, texts('😀 __proto__', 'text', ['x']))?.rows).toBe(1);
  });

  it('may have much text, and no more', () => {
    const half = 'x'.repeat(48_000_000);
    expect(check(1, texts('a', 'text', [half]), texts('b', 'text', [half]))?.rows).toBe(1);
    expect(() =>
      check(1, texts('a', 'text', [half]), texts('b', 'json', [`${half}y`]), texts('c', 'text', ['z'])),
    ).toThrow(refused('value-too-long', /column "b" alone has 48,000,001/));
  });

  it('has BigInts that are integers', () => {
    const most = '9'.repeat(40);
    const right = texts('n', 'bigint', ['0', null, '-12', most, `-${most}`]);
    expect(check(5, right)?.columns).toEqual([right]);
    for (const wrong of ['', '-', '1.5', '1e3', ' 1', '--1', 'x', '١']) {
      expect(() => check(2, texts('n', 'bigint', ['1', wrong])), wrong).toThrow(refused('code-result'));
    }
  });

  it('has BigInts of few digits', () => {
    const started = performance.now();
    expect(() => check(1, texts('n', 'bigint', ['7'.repeat(1_000_000)]))).toThrow(
      refused('value-too-long', /"n" holds a BigInt of 1,000,000 digits/),
    );
    expect(performance.now() - started).toBeLessThan(200);
  });

  it('has dates that are dates', () => {
    const right = dates([0, null, 8.64e15, -8.64e15]);
    expect(check(4, right)?.columns).toEqual([right]);
    for (const wrong of [Number.NaN, Number.POSITIVE_INFINITY, 8.64e15 + 1, -1e300]) {
      expect(() => check(2, dates([0, wrong])), String(wrong)).toThrow(refused('code-result'));
    }
  });
});

describe('the batches of a result', () => {
  const EMPTY = { rows: 0, columns: [], usedChance: false };
  const ROW = { rows: 1, columns: [texts('t', 'text', ['x'])] };
  async function all(take: (leftMs: number) => Promise<unknown>, limitMs = 10_000): Promise<OutputBatch[]> {
    const batches: OutputBatch[] = [];
    for await (const batch of resultBatches(take, limitMs)) batches.push(batch);
    return batches;
  }
  const giving = (...answers: unknown[]) => {
    const left = answers.values();
    return () => Promise.resolve(left.next().value ?? null);
  };

  it('end with null', async () => {
    expect(await all(giving(ROW, ROW, null, ROW))).toHaveLength(2);
    expect(await all(giving(EMPTY, null))).toEqual([EMPTY]);
  });
  it('are refused where they are empty without end', async () => {
    await expect(all(() => Promise.resolve(EMPTY))).rejects.toMatchObject({ code: 'code-result' });
    await expect(all(giving(ROW, EMPTY, ROW, EMPTY, null))).rejects.toMatchObject({ code: 'code-result' });
  });
  it('have one time for all of them', async () => {
    const left: number[] = [];
    const take = async (leftMs: number) => {
      left.push(leftMs);
      await wait(20);
      return ROW;
    };
    await expect(all(take, 200)).rejects.toMatchObject({
      code: 'code-timeout',
      message: 'The code ran longer than 0.2 s without an answer and was stopped.',
    });
    expect(left[0]).toBe(200);
    expect(left).toEqual(left.toSorted((a, b) => b - a));
    expect(left.at(-1)).toBeGreaterThan(0);
  });
  it('take none of that time while nobody asks for them', async () => {
    const asked = resultBatches(giving(ROW, ROW, null), 100);
    for await (const batch of asked) {
      expect(batch.rows).toBe(1);
      await wait(80);
    }
  });
});
