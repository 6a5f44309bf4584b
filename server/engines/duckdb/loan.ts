import type { DuckDBConnection } from '@duckdb/node-api';
import { LeftBehindError } from './left-behind.ts';

/** An interrupt that comes before the statement has begun is lost, so it is repeated until the statement ends. */
export const INTERRUPT_AGAIN_MS = 20;

/** A connection in the hands of one piece of work, whose statement can be interrupted. */
export class Loan {
  readonly connection: DuckDBConnection;
  readonly #patienceMs: number;
  readonly #givenUp = Promise.withResolvers<never>();
  #again: NodeJS.Timeout | undefined;
  #clock: NodeJS.Timeout | undefined;

  constructor(connection: DuckDBConnection, patienceMs: number) {
    this.connection = connection;
    this.#patienceMs = patienceMs;
    this.#givenUp.promise.catch(() => undefined);
  }

  /** Rejects with a `LeftBehindError` when the statement has been interrupted for long and goes on. */
  get givenUp(): Promise<never> {
    return this.#givenUp.promise;
  }

  /** Interrupts until `end` is called. */
  interrupt(): void {
    if (this.#again) return;
    this.connection.interrupt();
    this.#again = setInterval(() => {
      this.connection.interrupt();
    }, INTERRUPT_AGAIN_MS).unref();
    this.#clock = setTimeout(() => {
      this.#givenUp.reject(new LeftBehindError());
    }, this.#patienceMs);
  }

  end(): void {
    clearInterval(this.#again);
    clearTimeout(this.#clock);
  }
}
