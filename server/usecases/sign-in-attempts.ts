import { AppError } from '#lib/errors/app-error.ts';

// Ten guesses in a quarter of an hour is more than a person needs and far too few to try a list of passwords.
const MAX_FAILURES = 10;
const WINDOW_MS = 15 * 60_000;
// Addresses that are remembered at once; the oldest are forgotten first, so that guessing costs us no memory.
const MAX_ADDRESSES = 10_000;

/** Counts failed sign-ins by address. In this process's memory: a restart forgets them. */
export class SignInAttempts {
  readonly #failures = new Map<string, number[]>();

  /**
   * Counts a guess before it is tried, so that guesses made side by side count too. Throws `too-many-attempts` when the
   * address has used up its guesses.
   */
  begin(address: string, now: number): void {
    const recent = this.#recent(address, now);
    if (recent.length >= MAX_FAILURES) {
      throw new AppError('too-many-attempts', 'Too many attempts to sign in.', {
        hint: 'Wait a quarter of an hour.',
      });
    }
    this.#failures.delete(address);
    this.#failures.set(address, [...recent, now]);
    const oldest = this.#failures.keys().next();
    if (this.#failures.size > MAX_ADDRESSES && !oldest.done) this.#failures.delete(oldest.value);
  }

  /** Takes back a guess that was never answered. */
  unanswered(address: string, begun: number): void {
    const guesses = this.#failures.get(address) ?? [];
    const index = guesses.indexOf(begun);
    if (index >= 0) this.#failures.set(address, guesses.toSpliced(index, 1));
  }

  succeeded(address: string): void {
    this.#failures.delete(address);
  }

  #recent(address: string, now: number): number[] {
    return (this.#failures.get(address) ?? []).filter((at) => at > now - WINDOW_MS);
  }
}
