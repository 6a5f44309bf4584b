import type { Engine, EngineOptions } from '#server/engines/duckdb/engine.ts';

/** An engine that nobody asked for this long is closed: it holds buffers and threads. */
const IDLE_MS = 5 * 60_000;

interface Kept {
  engine: Engine;
  users: number;
  timer: NodeJS.Timeout | null;
}

/**
 * Engines that stay open between requests, so that a preview or a page of rows does not wait for one to open. One per
 * key; which files it may read is fixed when it opens.
 */
export class IdleEngines {
  readonly #open: (options: EngineOptions) => Engine;
  readonly #kept = new Map<string, Kept>();

  constructor(open: (options: EngineOptions) => Engine) {
    this.#open = open;
  }

  /** Lends the key's engine for the length of `work`. `options` are looked at only where it must be opened. */
  async use<T>(key: string, options: () => EngineOptions, work: (engine: Engine) => Promise<T>): Promise<T> {
    const kept = this.#kept.get(key) ?? this.#add(key, options());
    if (kept.timer) clearTimeout(kept.timer);
    kept.timer = null;
    kept.users += 1;
    try {
      return await work(kept.engine);
    } finally {
      kept.users -= 1;
      if (kept.engine.isSpent) void this.#close(key, kept);
      else if (kept.users === 0) kept.timer = setTimeout(() => void this.#close(key, kept), IDLE_MS).unref();
    }
  }

  async closeAll(): Promise<void> {
    await Promise.all([...this.#kept].map(([key, kept]) => this.#close(key, kept)));
  }

  #add(key: string, options: EngineOptions): Kept {
    const kept: Kept = { engine: this.#open(options), users: 0, timer: null };
    this.#kept.set(key, kept);
    return kept;
  }

  async #close(key: string, kept: Kept): Promise<void> {
    if (this.#kept.get(key) === kept) this.#kept.delete(key);
    if (kept.timer) clearTimeout(kept.timer);
    await kept.engine.close();
  }
}
