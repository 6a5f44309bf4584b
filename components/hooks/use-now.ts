'use client';

import { useSyncExternalStore } from 'react';

/** A clock that components share, so that all "3 min ago" of a page turn together. */
function makeClock(everyMs: number) {
  const listeners = new Set<() => void>();
  let timer: ReturnType<typeof setInterval> | undefined;
  let now = 0;
  return {
    subscribe: (listener: () => void) => {
      if (listeners.size === 0) {
        now = Date.now();
        timer = setInterval(() => {
          now = Date.now();
          for (const each of listeners) each();
        }, everyMs);
      }
      listeners.add(listener);
      return () => {
        listeners.delete(listener);
        if (listeners.size === 0) clearInterval(timer);
      };
    },
    read: () => (listeners.size === 0 ? Math.floor(Date.now() / everyMs) * everyMs : now),
  };
}

const clocks = { second: makeClock(1_000), minute: makeClock(15_000) };

/** The time now, in milliseconds. `second` for a running clock, `minute` for words such as "3 min ago". */
export function useNow(clock: keyof typeof clocks): number {
  return useSyncExternalStore(clocks[clock].subscribe, clocks[clock].read, () => 0);
}
