import { readFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import ivm from 'isolated-vm';
import type { Answer, Bridge } from '../guest/bridge.ts';
import {
  CODE_FILE,
  LONGEST_LOG_LINE,
  MOST_LOG_LINES,
  type CodeForm,
  type CodeTrouble,
  type LogLevel,
  type Question,
  type Setup,
} from '../wire.ts';

/** Trouble that the code made, on its way to the runner. */
export class TroubleError extends Error {
  readonly trouble: CodeTrouble;

  constructor(trouble: CodeTrouble) {
    super(trouble.message);
    this.trouble = trouble;
  }
}

const PARAMETERS: Record<CodeForm, string> = {
  frame: 'df, inputs, params, dfd',
  rows: 'row, index, params',
};

/** The globals that reach memory outside the isolate's count, or other threads. */
const TAKEN_AWAY = ['WebAssembly', 'SharedArrayBuffer', 'Atomics'];

/** What the DataFrame library takes for itself, which is not the person's to pay for. */
const FRAME_OWN_MB = 64;

/** A longer wait than any run may take is no wait. */
const LONGEST_WAIT_MS = 24 * 3_600_000;

/** The isolate itself refuses more than half as many; this is for one that has been tampered with. */
const MOST_TIMERS = 2000;

type Ask = Exclude<Question, { ask: 'open' } | { ask: 'close' }>;

/** One isolate with one person's code in it. */
export class IsolateRun {
  readonly #folder: string;
  readonly #log: (level: LogLevel, text: string) => void;
  /** By the number that the isolate gave them. */
  readonly #timers = new Map<number, NodeJS.Timeout>();
  #isolate: ivm.Isolate | null = null;
  #bridge: ivm.Reference<Bridge> | null = null;
  #fire: ivm.Reference<Bridge['fire']> | null = null;
  #logLines = 0;

  constructor(folder: string, log: (level: LogLevel, text: string) => void) {
    this.#folder = folder;
    this.#log = log;
  }

  async open(setup: Setup): Promise<null> {
    const isFrame = setup.form === 'frame';
    const isolate = new ivm.Isolate({
      memoryLimit: setup.memoryLimitMb + (isFrame ? FRAME_OWN_MB : 0),
      ...(isFrame ? { snapshot: snapshot(this.#folder) } : {}),
      onCatastrophicError: giveUp,
    });
    this.#isolate = isolate;
    const context = await this.#furnish(isolate, setup).catch((thrown: unknown) => {
      throw troubled(thrown, isolate.isDisposed);
    });
    const code = await compile(isolate, context, setup);
    const answer = (await this.#call('open', [
      new ivm.ExternalCopy(setup).copyInto({ release: true }),
      code.derefInto({ release: true }),
    ])) as Answer<null>;
    valueOf(answer);
    return null;
  }

  /** The surroundings that the person's code finds. */
  async #furnish(isolate: ivm.Isolate, { form }: Setup): Promise<ivm.Context> {
    const context = await isolate.createContext();
    if (form === 'rows') await context.eval(text(this.#folder, 'rows.js'));
    this.#bridge = await takeBridge(context);
    await this.#connect();
    return context;
  }

  async ask(question: Ask): Promise<unknown> {
    const into = (value: object) =>
      new ivm.ExternalCopy(value, { transferOut: false }).copyInto({ release: true, transferIn: true });
    switch (question.ask) {
      case 'load':
        return valueOf(await this.#call('load', [question.input, into(question.batch)]));
      case 'map':
        return valueOf(await this.#call('map', [into(question.batch)]));
      case 'run':
        return valueOf(await this.#call('run', []));
      case 'take':
        return valueOf(await this.#call('take', []));
    }
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#bridge = null;
    this.#fire = null;
    if (this.#isolate && !this.#isolate.isDisposed) this.#isolate.dispose();
    this.#isolate = null;
  }

  /** Plain functions in the isolate: unlike references they lead nowhere. */
  async #connect(): Promise<void> {
    const log = new ivm.Callback((level: unknown, line: unknown) => {
      this.#hear(level, line);
    });
    const wait = new ivm.Callback((id: unknown, ms: unknown) => {
      this.#wait(Number(id), Number(ms));
    });
    const unwait = new ivm.Callback((id: unknown) => {
      this.#unwait(Number(id));
    });
    await this.#call('connect', [log, wait, unwait]);
    // Taken now: later the isolate may be busy without end, and nothing here may ever wait for it.
    this.#fire = (await this.#bridge?.get('fire', { reference: true })) ?? null;
  }

  /** The isolate waits for this and for its timers, so that a flood of them stays in it. */
  #hear(level: unknown, line: unknown): void {
    this.#logLines += 1;
    if (this.#logLines > MOST_LOG_LINES) return;
    const known = level === 'debug' || level === 'warn' || level === 'error' ? level : 'info';
    this.#log(known, String(line).slice(0, LONGEST_LOG_LINE));
    if (this.#logLines === MOST_LOG_LINES) this.#log('warn', 'Further lines are left out.');
  }

  #wait(id: number, ms: number): void {
    if (this.#timers.size >= MOST_TIMERS) return;
    this.#unwait(id);
    const timer = setTimeout(
      () => {
        this.#timers.delete(id);
        if (this.#isolate?.isDisposed === false) this.#fire?.applyIgnored(undefined, [id]);
      },
      Math.min(Math.max(ms, 0) || 0, LONGEST_WAIT_MS),
    );
    this.#timers.set(id, timer);
  }

  #unwait(id: number): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  async #call(name: keyof Bridge, args: unknown[]): Promise<unknown> {
    const bridge = this.#bridge;
    if (!bridge) throw new Error('nothing is open');
    try {
      const method = await bridge.get(name, { reference: true });
      return await method.apply(undefined, args as never, { result: { promise: true, copy: true } });
    } catch (thrown) {
      throw troubled(thrown, this.#isolate?.isDisposed ?? true);
    }
  }
}

/** V8 has lost the isolate, as a rule for want of memory, and nothing in this process is to be trusted any more. */
function giveUp(message: string): void {
  writeSync(process.stderr.fd, `out of memory: ${message}\n`);
  process.abort();
}

async function takeBridge(context: ivm.Context): Promise<ivm.Reference<Bridge>> {
  const script = `(() => {
    const bridge = globalThis.sluiceBridge;
    for (const name of ${JSON.stringify(['sluiceBridge', ...TAKEN_AWAY])}) delete globalThis[name];
    return bridge;
  })()`;
  return (await context.eval(script, { reference: true })) as ivm.Reference<Bridge>;
}

/** The person's text as the body of a function; what does not parse is refused with its line. */
async function compile(
  isolate: ivm.Isolate,
  context: ivm.Context,
  { form, code }: Setup,
): Promise<ivm.Reference<(...args: unknown[]) => unknown>> {
  // A function that never waits is called millions of times without a promise for each.
  const isAsync = form === 'frame' || /\bawait\b/.test(code);
  const body = `"use strict";\n${code}\n`;
  const asyncWord = isAsync ? 'async ' : '';
  const source = `(${asyncWord}function (${PARAMETERS[form]}) { ${body}})`;
  try {
    const script = await isolate.compileScript(source, { filename: CODE_FILE, lineOffset: -1 });
    // Only the language itself can tell a body from a text that ends the function and goes on after it.
    const isBody: unknown = await context.evalClosure(IS_BODY, [asyncWord, PARAMETERS[form], body], {
      arguments: { copy: true },
      result: { copy: true },
    });
    if (isBody !== true) throw new TroubleError(NO_BODY);
    return (await script.run(context, { reference: true, release: true })) as ivm.Reference<
      (...args: unknown[]) => unknown
    >;
  } catch (thrown) {
    if (thrown instanceof TroubleError) throw thrown;
    if (isolate.isDisposed) throw troubled(thrown, true);
    throw new TroubleError(syntaxTrouble(thrown));
  }
}

/** The constructor of functions takes parameters and body apart, and refuses a body that is more than one. */
const IS_BODY = `
  const { constructor } = $0 === '' ? function () {} : async function () {};
  try {
    constructor($1, $2);
    return true;
  } catch {
    return false;
  }`;

const NO_BODY: CodeTrouble = {
  code: 'code-syntax',
  message: 'SyntaxError: The code is the body of a function, and this one ends it and goes on.',
  hint: 'Look for a closing brace too many.',
  line: null,
  column: null,
};

function syntaxTrouble(thrown: unknown): CodeTrouble {
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  const at =
    /\[code\.js:(\d+):(\d+)\]/.exec(said) ??
    /code\.js:(\d+):(\d+)/.exec(String(thrown instanceof Error ? thrown.stack : ''));
  return {
    code: 'code-syntax',
    message: `SyntaxError: ${said.replace(/\s*\[code\.js:\d+:\d+\]$/, '')}`,
    hint: null,
    line: at ? Number(at[1]) : null,
    column: at ? Number(at[2]) : null,
  };
}

function valueOf(answer: unknown): unknown {
  const given = answer as Answer<unknown>;
  if (given.ok) return given.value;
  throw new TroubleError(given.trouble);
}

/** What isolated-vm throws when the isolate is gone, or when a result cannot cross. */
function troubled(thrown: unknown, isGone: boolean): Error {
  if (thrown instanceof TroubleError) return thrown;
  const said = thrown instanceof Error ? thrown.message : String(thrown);
  const trouble = (code: string, message: string, hint: string | null) =>
    new TroubleError({ code, message, hint, line: null, column: null });
  if (isGone || /memory limit|array buffer allocation failed|disposed/i.test(said)) {
    return trouble(
      'code-memory',
      'The code needed more memory than it may have.',
      "Give it fewer rows or columns, or raise the node's memoryLimit.",
    );
  }
  return trouble('code-failed', said.slice(0, 2000), null);
}

let rowsScript: string | null = null;
function text(folder: string, file: string): string {
  return (rowsScript ??= readFileSync(path.join(folder, file), 'utf8'));
}

let frameSnapshot: ivm.ExternalCopy<ArrayBuffer> | null = null;
function snapshot(folder: string): ivm.ExternalCopy<ArrayBuffer> {
  if (frameSnapshot) return frameSnapshot;
  const bytes = readFileSync(path.join(folder, 'frame.snapshot'));
  const buffer = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  return (frameSnapshot = new ivm.ExternalCopy(buffer));
}
