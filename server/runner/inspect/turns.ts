/** Lets one work at a time; who waits may give up. */
export class Turns {
  #last: Promise<void> = Promise.resolve();
  #waiting = 0;

  /** `onWait` is called where somebody else is at work. Throws the signal's reason when it is aborted while waiting. */
  async take<T>(
    work: () => Promise<T>,
    { signal, onWait }: { signal: AbortSignal; onWait: () => void },
  ): Promise<T> {
    const before = this.#last;
    const mine = Promise.withResolvers<undefined>();
    this.#last = before.then(() => mine.promise);
    if (this.#waiting > 0) onWait();
    this.#waiting += 1;
    try {
      await Promise.race([before, aborted(signal)]);
      signal.throwIfAborted();
      return await work();
    } finally {
      this.#waiting -= 1;
      mine.resolve(undefined);
    }
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    signal.addEventListener(
      'abort',
      () => {
        resolve();
      },
      { once: true },
    );
  });
}
