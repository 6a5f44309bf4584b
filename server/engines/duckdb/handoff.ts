/**
 * Passes values from one who pushes to one who pulls, one at a time: the pusher goes on when the puller has come back
 * for more, so that nothing piles up between a database that streams and code that takes its time.
 */
export class Handoff<T> implements AsyncIterable<T> {
  #offered: { value: T; taken: () => void } | null = null;
  #wake: (() => void) | null = null;
  #end: { error: Error | null } | null = null;
  #isLeft = false;

  /** Resolves when the value has been used. Rejects when the puller has left. */
  async put(value: T): Promise<void> {
    if (this.#isLeft) throw new HandoffLeft();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#offered = { value, taken: resolve };
    this.#wake?.();
    await promise;
    // It may have left while this waited.
    this.#throwIfLeft();
  }

  end(error: Error | null = null): void {
    this.#end = { error };
    this.#wake?.();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, void> {
    try {
      for (;;) {
        const offered = this.#offered;
        if (offered) {
          yield offered.value;
          this.#offered = null;
          offered.taken();
          continue;
        }
        if (this.#end) {
          if (this.#end.error !== null) throw this.#end.error;
          return;
        }
        const { promise, resolve } = Promise.withResolvers<void>();
        this.#wake = resolve;
        await promise;
        this.#wake = null;
      }
    } finally {
      this.#isLeft = true;
      this.#offered?.taken();
    }
  }

  #throwIfLeft(): void {
    if (this.#isLeft) throw new HandoffLeft();
  }
}

/** The puller needs no more; no error of anyone's. */
export class HandoffLeft extends Error {
  constructor() {
    super('nobody takes any more');
  }
}
