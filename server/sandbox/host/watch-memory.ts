import { writeSync } from 'node:fs';
import v8 from 'node:v8';
import vm from 'node:vm';

/** What the process needs besides the isolate: the runtime, the libraries, messages on their way. */
const OWN_MB = 400;
/** An isolate's limit is a guideline: it may reach two or three times as much before it is ended. */
const OVERSHOOT = 3;
const EVERY_MS = 50;
const MEGABYTE = 1024 * 1024;

/** What the process says last when it ends itself for this reason. */
const OUT_OF_MEMORY = 'sandbox: out of memory';

let limitMb = Number.POSITIVE_INFINITY;
/** What a process takes that has run nothing yet. */
const FRESH_BYTES = process.memoryUsage.rss();

let timer: NodeJS.Timeout | null = null;

/**
 * Ends the process when it has grown far over what its isolate may have: memory that V8 does not count (a copy of a
 * result, an engine's own buffers) must not take the machine down. The isolate runs on another thread, so this clock
 * goes on whatever the code does. What earlier jobs have left in the process is not the next one's to pay for.
 */
export function watchMemory(memoryLimitMb: number): void {
  limitMb = sinceFreshMb() + memoryLimitMb * OVERSHOOT + OWN_MB;
  timer ??= setInterval(() => {
    if (process.memoryUsage.rss() / MEGABYTE <= limitMb) return;
    writeSync(process.stderr.fd, OUT_OF_MEMORY);
    // An orderly exit would wait for the isolate's thread while that goes on taking memory.
    process.kill(process.pid, 'SIGKILL');
  }, EVERY_MS);
}

/** So little is not worth the time that collecting takes. */
const LITTLE_MB = 100;

/**
 * Lets go of what a job has left behind before the next one comes. The engine hides its collector behind a flag, which
 * is set for this one moment: given on the command line it would be one of those that the snapshot depends on.
 */
export function collectGarbage(): void {
  if (sinceFreshMb() > LITTLE_MB) collect();
}

const collect = hiddenCollector();

function hiddenCollector(): () => void {
  v8.setFlagsFromString('--expose-gc');
  const collector = vm.runInNewContext('gc') as () => void;
  v8.setFlagsFromString('--no-expose-gc');
  return collector;
}

function sinceFreshMb(): number {
  return Math.max(0, process.memoryUsage.rss() - FRESH_BYTES) / MEGABYTE;
}
