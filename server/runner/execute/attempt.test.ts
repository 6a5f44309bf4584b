import { describe, expect, it } from 'vitest';
import { AppError } from '#lib/errors/app-error.ts';
import { attempt } from './attempt.ts';

const signal = new AbortController().signal;
const limits = { retries: 2, timeoutMs: null, nodeId: null };

/** Fails as often as told, then answers. */
function failing(times: number, error: () => Error) {
  let tries = 0;
  return {
    run: () => {
      tries += 1;
      return tries <= times ? Promise.reject(error()) : Promise.resolve(tries);
    },
    tries: () => tries,
  };
}
const transient = () => new AppError('connection-lost', 'lost', { kind: 'transient' });

describe('attempt', () => {
  it('tries again after transient failures, waiting longer each time', async () => {
    const waits: number[] = [];
    const work = failing(2, transient);
    expect(await attempt(limits, { signal, run: work.run, onRetry: (_, waitMs) => waits.push(waitMs) })).toBe(
      3,
    );
    expect(waits).toHaveLength(2);
    expect(waits[1]).toBeGreaterThan(waits[0] ?? Infinity);
  });

  it('gives up after the last try', async () => {
    const work = failing(9, transient);
    await expect(attempt(limits, { signal, run: work.run, onRetry: () => undefined })).rejects.toMatchObject({
      code: 'connection-lost',
    });
    expect(work.tries()).toBe(3);
  });

  it('does not try again what time cannot heal', async () => {
    const work = failing(9, () => new AppError('bad-cast', 'no'));
    await expect(attempt(limits, { signal, run: work.run, onRetry: () => undefined })).rejects.toMatchObject({
      code: 'bad-cast',
    });
    expect(work.tries()).toBe(1);
  });

  it('stops waiting when the run is cancelled', async () => {
    const controller = new AbortController();
    const work = failing(9, transient);
    const started = performance.now();
    const trying = attempt(
      { ...limits, retries: 20 },
      {
        signal: controller.signal,
        run: work.run,
        onRetry: () => {
          setTimeout(() => {
            controller.abort(new AppError('cancelled', 'stop'));
          }, 20);
        },
      },
    );
    await expect(trying).rejects.toThrow();
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
