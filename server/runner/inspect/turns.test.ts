import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

const quietly = () => ({ signal: new AbortController().signal, onWait: () => undefined });

it('lets one work at a time, in the order in which they came', async () => {
  const turns = new Turns();
  const seen: string[] = [];
  const work = (name: string) => async () => {
    seen.push(`${name} begins`);
    await wait(5);
    seen.push(`${name} ends`);
  };
  await Promise.all(['a', 'b', 'c'].map((name) => turns.take(work(name), quietly())));
  expect(seen).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
});

it('goes on after a failure', async () => {
  const turns = new Turns();
  await expect(turns.take(() => Promise.reject(new Error('no')), quietly())).rejects.toThrow('no');
  await expect(turns.take(() => Promise.resolve('yes'), quietly())).resolves.toBe('yes');
});

it('says who waits, and lets them give up without letting the next one in too early', async () => {
  const turns = new Turns();
  const first = Promise.withResolvers<undefined>();
  const busy = turns.take(() => first.promise, quietly());
  const controller = new AbortController();
  let waits = 0;
  let began = false;
  const second = turns.take(() => Promise.resolve((began = true)), {
    signal: controller.signal,
    onWait: () => (waits += 1),
  });
  let thirdBegan = false;
  const third = turns.take(() => Promise.resolve((thirdBegan = true)), quietly());
  controller.abort(new Error('given up'));
  await expect(second).rejects.toThrow('given up');
  expect([waits, began, thirdBegan]).toEqual([1, false, false]);
  first.resolve(undefined);
  await Promise.all([busy, third]);
  expect([began, thirdBegan]).toEqual([false, true]);
});
