import { spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { Socket } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { AppError } from '#lib/errors/app-error.ts';
import { bundleFolder, UNAVAILABLE_FILE } from './bundle.mjs';
import { ENGINE_FLAGS, permissionFlags } from './flags.mjs';
import {
  LONGEST_LOG_LINE,
  type CodeTrouble,
  type FromSandbox,
  type LogLevel,
  type Question,
} from './wire.ts';

/** A process that does not come up within this time never will: the machine is out of memory, or the bundle is broken. */
const START_TIMEOUT_MS = 20_000;
/** How much of what a dying process says is kept for the error's cause. */
const KEPT_OUTPUT = 4000;

export interface AskOptions {
  /** After this the code counts as endless and the process is killed. */
  timeoutMs: number;
  /** The limit to tell the person, where this is only what is left of it. */
  toldMs?: number;
  signal: AbortSignal;
}

interface Waiting {
  resolve: (answer: unknown) => void;
  reject: (error: Error) => void;
}

/** What a person's code did wrong, as an error of ours; lines count from the code's own first. */
export class CodeError extends Error {
  readonly trouble: CodeTrouble;

  constructor(trouble: CodeTrouble) {
    super(trouble.message);
    this.trouble = trouble;
  }
}

/** All that the sandbox itself says of people's code. Other codes mean something else to those who hear them. */
const TROUBLE_CODES = new Set([
  'code-failed',
  'code-memory',
  'code-syntax',
  'column-name-invalid',
  'column-name-taken',
  'column-name-too-long',
  'invalid-date',
  'mixed-column',
  'not-a-frame',
  'not-a-row',
  'too-many-columns',
  'value-not-data',
  'value-not-exact',
  'value-not-text',
  'value-too-long',
]);
const LONGEST_TROUBLE = 2000;
const LOG_LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

/** What went wrong, as a process says that people's code may speak through. */
export function heardTrouble(given: unknown): CodeTrouble {
  const { code, message, hint, line, column } = fieldsOf<CodeTrouble>(given);
  const placeOf = (value: unknown) =>
    typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null;
  return {
    code: typeof code === 'string' && TROUBLE_CODES.has(code) ? code : 'code-failed',
    message: typeof message === 'string' ? message.slice(0, LONGEST_TROUBLE) : 'The code failed.',
    hint: typeof hint === 'string' ? hint.slice(0, LONGEST_TROUBLE) : null,
    line: placeOf(line),
    column: placeOf(column),
  };
}

type KeyOfAny<T> = T extends unknown ? keyof T : never;

/** The fields that a message should have, and nothing said of what is in them. */
function fieldsOf<T>(message: unknown): Partial<Record<KeyOfAny<T>, unknown>> {
  return typeof message === 'object' && message !== null ? message : {};
}

/** The runner's end of one sandbox process: asks, and is answered or told of its end. */
export class SandboxProcess {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #asked = 0;
  #said = '';
  /** Why nothing can be asked any more. */
  #end: Error | null = null;
  onLog: (level: LogLevel, text: string) => void = () => undefined;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#said = (this.#said + text).slice(-KEPT_OUTPUT);
    });
    child.on('message', (message: unknown) => {
      this.#hear(message);
    });
    child.on('error', (error) => {
      this.#over(unavailable(error));
    });
    child.on('close', (code, signal) => {
      this.#over(died(code, signal, this.#said));
    });
    // It must not keep the command line alive when the work is done.
    child.unref();
    child.channel?.unref();
    if (child.stderr instanceof Socket) child.stderr.unref();
  }

  /** Starts one. Throws `sandbox-unavailable` where this machine cannot run any. */
  static async start(): Promise<SandboxProcess> {
    await refuseUnavailable();
    // Node asks for permission by real paths.
    const folder = realpathSync(bundleFolder);
    const options: SpawnOptions = {
      cwd: path.join(folder, 'empty'),
      // Nothing of ours: no address, no token, no key. (Next's types want a NODE_ENV in every environment.)
      env: { TZ: 'UTC', LANG: 'C.UTF-8', NODE_ENV: 'production' },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    };
    const flags = [...ENGINE_FLAGS, ...permissionFlags(folder)];
    const child = spawn(process.execPath, [...flags, path.join(folder, 'host.mjs')], options);
    const started = new SandboxProcess(child);
    try {
      await started.#ready();
      await giveWayFirst(child.pid);
      return started;
    } catch (error) {
      started.kill();
      throw error instanceof AppError ? unavailable(error) : error;
    }
  }

  get isOver(): boolean {
    return this.#end !== null;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Throws CodeError for what the code did wrong, and an AppError where the process had to be ended. */
  async ask(question: Question, { timeoutMs, toldMs = timeoutMs, signal }: AskOptions): Promise<unknown> {
    if (this.#end) throw this.#end;
    signal.throwIfAborted();
    const id = (this.#asked += 1);
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(id, { resolve, reject });
    const stop = () => {
      this.kill(
        signal.reason instanceof Error ? signal.reason : new AppError('cancelled', 'The run was cancelled.'),
      );
    };
    const clock = setTimeout(() => {
      this.kill(tooSlow(toldMs));
    }, timeoutMs);
    signal.addEventListener('abort', stop, { once: true });
    try {
      this.#child.send({ id, ...question });
      return await promise;
    } finally {
      clearTimeout(clock);
      signal.removeEventListener('abort', stop);
      this.#waiting.delete(id);
    }
  }

  /** Ends the process at once, whatever it does; what was asked fails with `because`. */
  kill(because: Error = new AppError('cancelled', 'The sandbox was closed.')): void {
    this.#over(because);
    this.#child.kill('SIGKILL');
  }

  async #ready(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    this.#waiting.set(0, { resolve, reject });
    const clock = new AbortController();
    const late = wait(START_TIMEOUT_MS, undefined, { signal: clock.signal }).then(
      () => {
        throw new AppError('sandbox-ended', `It did not start within ${START_TIMEOUT_MS} ms.`);
      },
      () => undefined,
    );
    await Promise.race([promise, late.then(() => promise)]).finally(() => {
      clock.abort();
      this.#waiting.delete(0);
    });
  }

  /** Whatever a process sends in which people's code may have taken over: nothing of it is taken as it stands. */
  #hear(message: unknown): void {
    const { kind, id, level, text, answer, trouble } = fieldsOf<FromSandbox>(message);
    const asked = typeof id === 'number' ? this.#waiting.get(id) : undefined;
    switch (kind) {
      case 'ready':
        this.#waiting.get(0)?.resolve(null);
        return;
      case 'log':
        if (typeof text === 'string')
          this.onLog(LOG_LEVELS.find((one) => one === level) ?? 'info', text.slice(0, LONGEST_LOG_LINE));
        return;
      case 'answer':
        asked?.resolve(answer);
        return;
      case 'trouble':
        asked?.reject(new CodeError(heardTrouble(trouble)));
    }
  }

  #over(because: Error): void {
    this.#end ??= because;
    for (const { reject } of this.#waiting.values()) reject(this.#end);
    this.#waiting.clear();
  }
}

async function refuseUnavailable(): Promise<void> {
  if (!existsSync(path.join(bundleFolder, 'stamp'))) {
    throw new AppError('sandbox-not-built', 'The sandbox for code nodes has not been built.', {
      hint: 'Run `npm start`, or `npm run build`, once.',
    });
  }
  const reason = await readFile(path.join(bundleFolder, UNAVAILABLE_FILE), 'utf8').catch(() => null);
  if (reason !== null) throw unavailable(new Error(reason));
}

function unavailable(error: Error): AppError {
  const cause = error.cause instanceof Error ? error.cause : error;
  return new AppError('sandbox-unavailable', 'Code cannot run on this machine: its sandbox does not start.', {
    hint: 'Use SQL steps instead, or run on Linux (x64, arm64), macOS (arm64) or Windows (x64).',
    cause,
  });
}

/** When memory runs out all the same, the system is to end this process and no other. Only Linux has the means. */
async function giveWayFirst(pid: number | undefined): Promise<void> {
  if (process.platform !== 'linux' || pid === undefined) return;
  await writeFile(`/proc/${pid}/oom_score_adj`, '1000').catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error)) throw error;
  });
}

export function tooSlow(timeoutMs: number): AppError {
  const seconds = timeoutMs / 1000;
  return new AppError(
    'code-timeout',
    `The code ran longer than ${seconds} s without an answer and was stopped.`,
    {
      hint: "Look for a loop or a promise that never ends, give it fewer rows, or set the node's timeoutMs.",
    },
  );
}

/** How V8 and the addon end when an isolate outgrows its limit where they cannot say so any more. */
const CRASHES = new Set<NodeJS.Signals>(['SIGSEGV', 'SIGABRT', 'SIGTRAP', 'SIGILL', 'SIGBUS']);

function died(code: number | null, signal: NodeJS.Signals | null, said: string): AppError {
  const cause = new Error(
    `the process ended with ${signal ?? code ?? 'nothing'}${said === '' ? '' : `: ${said}`}`,
  );
  if (/out of memory|allocation failed|invalid size/i.test(said)) {
    return new AppError('code-memory', 'The code needed more memory than it may have.', {
      hint: "Give it fewer rows or columns, or raise the node's memoryLimit.",
      cause,
    });
  }
  if (signal !== null && CRASHES.has(signal)) {
    return new AppError(
      'code-memory',
      'The code broke its JavaScript engine, as a rule by needing more memory than it may have.',
      {
        hint: "Give it fewer rows or columns, or raise the node's memoryLimit.",
        cause,
      },
    );
  }
  return new AppError('sandbox-ended', 'The sandbox process ended while the code ran.', {
    // Nothing of ours ended it: another try may have more luck.
    kind: 'transient',
    hint: 'If it happens again, give the node fewer rows; something may be ending processes on this machine.',
    cause,
  });
}
