import { AppError } from '#lib/errors/app-error.ts';
import { resultBatches } from './output-batch.ts';
import { CodeError, SandboxProcess, type AskOptions } from './sandbox-process.ts';
import type { InputBatch, LogLevel, Question, ResultBatch, Setup } from './wire.ts';

/** One run of one person's code. */
export interface CodeJob extends Setup {
  /** The rows of each input, in the order of `inputs`. */
  rows: AsyncIterable<InputBatch>[];
  /** How long one piece of work may take: the whole of a `frame`, a batch of `rows`. */
  timeLimitMs: number;
  signal: AbortSignal;
  onLog: (level: LogLevel, text: string) => void;
}

/** Moving rows is our own work and bounded; more than this means a machine in trouble. */
const MOVE_TIMEOUT_MS = 120_000;
/** A process that nobody needed this long is ended. */
const IDLE_MS = 60_000;

/**
 * Runs people's code in processes apart from everything else. A job has a process to itself, so that whatever befalls
 * it befalls that job alone; a process serves many jobs, one after the other, each in an isolate of its own.
 */
export class Sandbox {
  readonly #idle = new Map<SandboxProcess, NodeJS.Timeout>();
  readonly #all = new Set<SandboxProcess>();
  #isClosed = false;

  /**
   * The rows that come out, batch after batch; the first batch is there also when no row is. Throws a `user` AppError
   * for what the code did wrong (its place is an offset into the code), and the signal's reason when that is aborted.
   */
  async *run(job: CodeJob): AsyncGenerator<ResultBatch, void, void> {
    const process = await this.#take();
    let isGood = false;
    process.onLog = job.onLog;
    try {
      yield* converse(process, job);
      await process.ask({ ask: 'close' }, { timeoutMs: MOVE_TIMEOUT_MS, signal: job.signal });
      isGood = true;
    } catch (thrown) {
      if (!(thrown instanceof CodeError)) throw thrown;
      // An isolate that ran out of memory may have left its process without any.
      isGood = thrown.trouble.code !== 'code-memory' && (await closes(process));
      throw codeFailed(thrown, job.code);
    } finally {
      process.onLog = () => undefined;
      if (isGood) this.#give(process);
      else this.#end(process);
    }
  }

  /** Process ids of those that are there, for whoever watches over processes. */
  get processIds(): number[] {
    return [...this.#all].flatMap(({ pid, isOver }) => (pid === undefined || isOver ? [] : [pid]));
  }

  /** Ends all processes; what still runs fails. */
  close(): void {
    this.#isClosed = true;
    for (const process of this.#all) this.#end(process);
  }

  async #take(): Promise<SandboxProcess> {
    if (this.#isClosed) throw new AppError('cancelled', 'The sandbox is closed.');
    for (const [process, timer] of this.#idle) {
      clearTimeout(timer);
      this.#idle.delete(process);
      if (!process.isOver) return process;
      this.#all.delete(process);
    }
    const process = await SandboxProcess.start();
    this.#all.add(process);
    return process;
  }

  #give(process: SandboxProcess): void {
    if (this.#isClosed || process.isOver) {
      this.#end(process);
      return;
    }
    const timer = setTimeout(() => {
      this.#end(process);
    }, IDLE_MS);
    this.#idle.set(process, timer.unref());
  }

  #end(process: SandboxProcess): void {
    clearTimeout(this.#idle.get(process));
    this.#idle.delete(process);
    this.#all.delete(process);
    process.kill();
  }
}

async function* converse(process: SandboxProcess, job: CodeJob): AsyncGenerator<ResultBatch, void, void> {
  const moving: AskOptions = { timeoutMs: MOVE_TIMEOUT_MS, signal: job.signal };
  const working: AskOptions = { timeoutMs: job.timeLimitMs, signal: job.signal };
  const { form, code, parameters, inputs, memoryLimitMb } = job;
  await process.ask({ ask: 'open', setup: { form, code, parameters, inputs, memoryLimitMb } }, working);
  if (form === 'frame') {
    for (const [input, batches] of job.rows.entries()) {
      for await (const batch of batches) await process.ask({ ask: 'load', input, batch }, moving);
    }
    await process.ask({ ask: 'run' }, working);
    yield* results(process, working);
    return;
  }
  for (const batches of job.rows) {
    for await (const batch of batches) {
      const question: Question = { ask: 'map', batch };
      await process.ask(question, working);
      yield* results(process, working);
    }
  }
}

/** Packing the result asks the person's objects (getters, toJSON), so it is under the same limit as their code. */
function results(process: SandboxProcess, { timeoutMs, signal }: AskOptions): AsyncGenerator<ResultBatch> {
  const take = (leftMs: number) =>
    process.ask({ ask: 'take' }, { timeoutMs: leftMs, toldMs: timeoutMs, signal });
  return resultBatches(take, timeoutMs);
}

async function closes(process: SandboxProcess): Promise<boolean> {
  try {
    await process.ask({ ask: 'close' }, { timeoutMs: 5000, signal: new AbortController().signal });
    return true;
  } catch {
    return false;
  }
}

/** The error in the person's terms, at the place in the code where it was thrown. */
function codeFailed({ trouble }: CodeError, code: string): AppError {
  const { line, column } = trouble;
  const known =
    line !== null && line >= 1
      ? { path: ['code'], offset: offsetOf(code, line, column ?? 1) }
      : { path: ['code'] };
  const where = line === null || line < 1 ? '' : ` (line ${line})`;
  return new AppError(trouble.code, `${trouble.message}${where}`, {
    place: known,
    ...(trouble.hint === null ? {} : { hint: trouble.hint }),
  });
}

function offsetOf(code: string, line: number, column: number): number {
  const lines = code.split('\n');
  const before = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  return Math.min(code.length, before + column - 1);
}
