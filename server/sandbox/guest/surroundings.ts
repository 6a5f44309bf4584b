import { LONGEST_LOG_LINE, type LogLevel } from '../wire.ts';
import { noteChance } from './chance.ts';
import { bareList, joinTexts, sliceText } from './intrinsics.ts';
import { kindInWords } from './strange.ts';

/** The three things that the isolate may ask of the process round it. */
export interface Outside {
  log: (level: LogLevel, text: string) => void;
  /** Asks for `fire(id)` after that many milliseconds. */
  wait: (id: number, ms: number) => void;
  /** Takes that back. */
  unwait: (id: number) => void;
}

const MOST_TIMERS = 1000;

const nowhere: Outside = { log: () => undefined, wait: () => undefined, unwait: () => undefined };
let outside = nowhere;

export function connect(to: Outside): void {
  outside = to;
}

/** What a JavaScript program expects to find and the bare language lacks, without any reach outside. */
export function install(scope: Record<string, unknown>): { fire: (id: number) => void } {
  const timers = new Timers();
  scope.console = Object.fromEntries(
    Object.entries(LEVELS).map(([name, level]) => [
      name,
      (...parts: unknown[]) => {
        const texts = bareList<string>();
        for (let at = 0; at < parts.length; at += 1) texts[at] = shown(parts[at]);
        outside.log(level, sliceText(joinTexts(texts, ' '), 0, LONGEST_LOG_LINE));
      },
    ]),
  );
  scope.setTimeout = (work: unknown, ms?: unknown, ...args: unknown[]) =>
    timers.start(work, ms, { args, again: false });
  scope.setInterval = (work: unknown, ms?: unknown, ...args: unknown[]) =>
    timers.start(work, ms, { args, again: true });
  scope.setImmediate = (work: unknown, ...args: unknown[]) => timers.start(work, 0, { args, again: false });
  scope.clearTimeout =
    scope.clearInterval =
    scope.clearImmediate =
      (id: unknown) => {
        timers.stop(id);
      };
  scope.performance = { now: () => Date.now() - started, timeOrigin: 0 };
  scope.TextEncoder = Utf8Encoder;
  scope.TextDecoder = Utf8Decoder;
  // Libraries ask it where they are.
  scope.process = {
    env: {},
    argv: [],
    platform: '',
    version: '',
    versions: {},
    nextTick: (work: () => void) => void Promise.resolve().then(work),
  };
  return {
    fire: (id) => {
      timers.fire(id);
    },
  };
}

const started = Date.now();

const LEVELS: Record<string, LogLevel> = {
  log: 'info',
  info: 'info',
  debug: 'debug',
  warn: 'warn',
  error: 'error',
  trace: 'debug',
  table: 'info',
  dir: 'info',
};

function shown(part: unknown): string {
  if (typeof part === 'string') return part;
  if (typeof part === 'function' || typeof part === 'symbol') return kindInWords(part);
  if (part instanceof Error) return String(part.stack ?? part);
  try {
    return typeof part === 'object' && part !== null ? JSON.stringify(part) : String(part);
  } catch {
    return kindInWords(part);
  }
}

interface Timer {
  work: (...args: unknown[]) => void;
  args: unknown[];
  everyMs: number | null;
}

class Timers {
  /** A bare object: the methods of a Map could be replaced, and the count of what waits would be wrong. */
  readonly #timers: Record<number, Timer | undefined> = { __proto__: null } as unknown as Record<
    number,
    Timer
  >;
  #waiting = 0;
  #last = 0;

  start(work: unknown, ms: unknown, { args, again }: { args: unknown[]; again: boolean }): number {
    if (typeof work !== 'function') throw new TypeError('A timer needs a function.');
    if (this.#waiting >= MOST_TIMERS) throw new RangeError(`More than ${MOST_TIMERS} timers are waiting.`);
    // Which of two ends first is chance.
    noteChance();
    const delay = Math.max(again ? 1 : 0, Number(ms) || 0);
    const id = (this.#last += 1);
    this.#timers[id] = { work: work as Timer['work'], args, everyMs: again ? delay : null };
    this.#waiting += 1;
    outside.wait(id, delay);
    return id;
  }

  stop(id: unknown): void {
    if (typeof id === 'number' && this.#forget(id)) outside.unwait(id);
  }

  fire(id: number): void {
    const timer = this.#timers[id];
    if (!timer) return;
    if (timer.everyMs === null) this.#forget(id);
    else outside.wait(id, timer.everyMs);
    timer.work(...timer.args);
  }

  #forget(id: number): boolean {
    if (!this.#timers[id]) return false;
    delete this.#timers[id];
    this.#waiting -= 1;
    return true;
  }
}

class Utf8Encoder {
  readonly encoding = 'utf-8';

  encode(text = ''): Uint8Array {
    const bytes = unescape(encodeURIComponent(text.toWellFormed()));
    return Uint8Array.from(bytes, (byte) => byte.charCodeAt(0));
  }
}

class Utf8Decoder {
  readonly encoding = 'utf-8';

  decode(bytes: Uint8Array = new Uint8Array()): string {
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return decodeURIComponent(escape(text));
  }
}
