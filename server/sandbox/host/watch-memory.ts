import { writeSync } from 'node:fs';

/** What the process needs besides the isolate: the runtime, the libraries, messages on their way. */
const OWN_MB = 400;
/** An isolate's limit is a guideline: it may reach two or three times as much before it is ended. */
const OVERSHOOT = 3;
const EVERY_MS = 50;
const MEGABYTE = 1024 * 1024;

/** What the process says last when it ends itself for this reason. */
const OUT_OF_MEMORY = 'sandbox: out of memory';

let limitMb = Number.POSITIVE_INFINITY;
let timer: NodeJS.Timeout | null = null;

/**
 * Ends the process when it has grown far over what its isolate may have: memory that V8 does not count (a copy of a
 * result, an engine's own buffers) must not take the machine down. The isolate runs on another thread, so this clock
 * goes on whatever the code does.
 */
export function watchMemory(memoryLimitMb: number): void {
  limitMb = memoryLimitMb * OVERSHOOT + OWN_MB;
  timer ??= setInterval(() => {
    if (process.memoryUsage.rss() / MEGABYTE <= limitMb) return;
    writeSync(process.stderr.fd, OUT_OF_MEMORY);
    // An orderly exit would wait for the isolate's thread while that goes on taking memory.
    process.kill(process.pid, 'SIGKILL');
  }, EVERY_MS);
}
