import { isRunning } from '../process-identity.ts';
import type { Cluster } from './cluster.ts';

const LOOK_EVERY_MS = 1000;

/**
 * Starts the server again should it end by itself (out of memory, an operator's kill), on the same port. Requests in
 * between fail, and are tried again by whoever sent them.
 */
export function keepUp(
  first: Cluster,
  restart: (port: number) => Promise<Cluster>,
  restarted: () => Promise<void>,
): { end(): Promise<Cluster> } {
  let current = first;
  let restarting: Promise<void> | undefined;
  const timer = setInterval(() => {
    if (restarting || isRunning(current.process)) return;
    restarting = restart(current.port)
      .then((cluster) => {
        current = cluster;
        // Not waited for: should this one end too, it is started again all the same.
        void restarted();
      })
      .catch((error: unknown) => console.error('the database ended and does not start again:', error))
      .finally(() => (restarting = undefined));
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    /** Stops looking. @returns the server that runs now. */
    async end() {
      clearInterval(timer);
      await restarting;
      return current;
    },
  };
}
