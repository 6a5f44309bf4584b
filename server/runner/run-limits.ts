import { AppError } from '#lib/errors/app-error.ts';
import type { Settings } from '#lib/document/schema.ts';

/** Nodes side by side unless the document says otherwise: DuckDB uses all cores for one, so more gain only where they wait. */
const DEFAULT_CONCURRENCY = 4;

/** With 64 MB DuckDB was seen to give up sorts, joins and groups of four times as many bytes; with this it ends them. */
const LEAST_BYTES = 100e6;

export function concurrencyOf(settings: Settings): number {
  return settings.concurrency ?? DEFAULT_CONCURRENCY;
}

/** What the document asks for, within what there is to share: the machine's for a run, the run's for a node. */
export function memoryLimitOf(asked: number | string | undefined, shareBytes: number): number {
  if (asked === undefined) return shareBytes;
  return Math.min(shareBytes, Math.max(LEAST_BYTES, bytesOf(asked)));
}

const UNITS: Record<string, number> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KIB: 2 ** 10,
  MIB: 2 ** 20,
  GIB: 2 ** 30,
  TIB: 2 ** 40,
};

/** `512MB`, `1.5 GiB` or a number of bytes, as the document's schema lets through. */
export function bytesOf(size: number | string): number {
  if (typeof size === 'number') return size;
  const [, amount, unit] = /^([\d.]+)\s?(\w+)$/.exec(size) ?? [];
  return Math.floor(Number(amount) * (UNITS[unit?.toUpperCase() ?? ''] ?? NaN));
}

/** A signal that is also aborted when the run's own time is over. Call `clear` at the run's end. */
export function withDeadline(
  signal: AbortSignal,
  timeoutMs: number | undefined,
): { signal: AbortSignal; clear: () => void } {
  if (timeoutMs === undefined) return { signal, clear: () => undefined };
  const controller = new AbortController();
  const timer = setTimeout(() => {
    controller.abort(
      new AppError('run-timeout', `The run took longer than its limit of ${timeoutMs} ms and was stopped.`, {
        hint: "Raise the pipeline's timeoutMs. What had finished can be used again by resuming the run.",
      }),
    );
  }, timeoutMs);
  return {
    signal: AbortSignal.any([signal, controller.signal]),
    clear: () => {
      clearTimeout(timer);
    },
  };
}
