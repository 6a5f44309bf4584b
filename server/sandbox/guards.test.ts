import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Sandbox } from './sandbox.ts';
import { batches, isAlive, runCode, type Given, type Outcome, type RunOptions } from './testing/run-code.ts';
import { withSandbox } from './testing/with-sandbox.ts';
import { BATCH_TEXT, LONGEST_TEXT } from './wire.ts';

let sandbox: Sandbox;
withSandbox((opened) => {
  sandbox = opened;
});

const first = (outcome: Outcome) => outcome.rows?.[0] ?? outcome.error;
const numbers = (count: number): Given[] => [
  { name: 'n', kind: 'integer', values: Array.from({ length: count }, (_, n) => n + 1) },
];
const FRAME = { form: 'frame', memoryLimitMb: 256 } as const;

/** What the code wrote to its console. */
async function heard(code: string, options: RunOptions = {}): Promise<{ lines: string[]; outcome: Outcome }> {
  const lines: string[] = [];
  const outcome = await runCode(sandbox, code, {
    onLog: (_level, text) => void lines.push(text),
    ...options,
  });
  return { lines, outcome };
}

describe('a timer that goes off while the code is busy', () => {
  it('does not keep the process from ending with the one that started it', async () => {
    const script = `
      import { Sandbox } from ${JSON.stringify(new URL('./sandbox.ts', import.meta.url).href)};
      import { runCode } from ${JSON.stringify(new URL('./testing/run-code.ts', import.meta.url).href)};
      const sandbox = new Sandbox();
      const code = 'setTimeout(() => {}, 10); console.log(1); for (;;);';
      await runCode(sandbox, code, { onLog: () => setTimeout(() => process.send(sandbox.processIds[0]), 150) });`;
    const parent = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const pid = await new Promise<number>((resolve) =>
      parent.once('message', (message) => {
        resolve(message as number);
      }),
    );
    parent.kill('SIGKILL');
    try {
      await expect.poll(() => isAlive(pid), { timeout: 2000 }).toBe(false);
    } finally {
      if (isAlive(pid)) process.kill(pid, 'SIGKILL');
    }
  });

  it('does not stop the watch over memory', async () => {
    const code =
      'setTimeout(() => {}, 1); const all = []; for (;;) all.push(new Intl.DateTimeFormat("de", { dateStyle: "full", timeStyle: "full", timeZone: "Europe/Berlin" }))';
    const { error } = await runCode(sandbox, code, { memoryLimitMb: 16, timeLimitMs: 4000 });
    expect(error?.code).toBe('code-memory');
  });

  it('still goes off when the code waits, and repeats', async () => {
    const code =
      'let left = 3; await new Promise((go) => { const id = setInterval(() => { left -= 1; if (left === 0) { clearInterval(id); go() } }, 1) }); return { left }';
    expect(first(await runCode(sandbox, code))).toEqual({ left: 0 });
  });
});

describe('timers', () => {
  it('that are cleared make room for others', async () => {
    const code =
      'for (let i = 0; i < 2500; i += 1) clearTimeout(setTimeout(() => {}, 1e6)); await new Promise((go) => setTimeout(go, 1)); return { n: row.n }';
    expect((await runCode(sandbox, code, { timeLimitMs: 5000 })).rows).toHaveLength(3);
  });
  it('without end stay in the isolate', async () => {
    const own = new Sandbox();
    const { promise: begun, resolve } = Promise.withResolvers<void>();
    const running = runCode(own, 'console.log(1); for (;;) clearTimeout(setTimeout(() => {}, 1e6))', {
      timeLimitMs: 1500,
      onLog: () => {
        resolve();
      },
    });
    try {
      await begun;
      const before = megabytes(own);
      await new Promise((go) => setTimeout(go, 1000));
      expect(megabytes(own) - before).toBeLessThan(80);
      expect((await running).error?.code).toBe('code-timeout');
    } finally {
      own.close();
    }
  });
  it('are counted also when Map and its methods have been replaced', async () => {
    const code =
      'Map.prototype.set = function () { return this }; Map.prototype.delete = () => true; for (;;) setTimeout(() => {}, 1e6)';
    expect((await runCode(sandbox, code, { timeLimitMs: 2000 })).error).toMatchObject({
      code: 'code-failed',
      message: expect.stringContaining('1000 timers') as string,
    });
  });
});

describe("the bridge's own objects are not shown", () => {
  const LOOK = `const look = (found) => {
      if (found === null || (typeof found !== "object" && typeof found !== "function")) return;
      for (let at = found; at; at = Object.getPrototypeOf(at))
        for (const name of ["addRow", "pack", "trouble", "batchEnd", "hint"])
          if (Object.hasOwn(at, name) && !Object.isFrozen(at)) console.log("saw " + name);
    };`;
  const spies: [name: string, code: string][] = [
    [
      'to a then on every object',
      'Object.defineProperty(Object.prototype, "then", { configurable: true, get() { look(this) } });',
    ],
    [
      'to a replaced constructor of promises',
      `const then = Promise.prototype.then, Real = Promise; let inside = false;
       Object.defineProperty(Promise.prototype, "constructor", { configurable: true, get() { if (inside) return Real; inside = true; then.call(this, look, look); inside = false; return undefined } });`,
    ],
    [
      'to a replaced then of promises',
      `const then = Promise.prototype.then;
       Promise.prototype.constructor = class {};
       Promise.prototype.then = function (a, b) { then.call(this, look, look); return then.call(this, a, b) };`,
    ],
    [
      'to a replaced instanceof',
      'for (const Class of [Error, Promise, Function.prototype]) try { Object.defineProperty(Class, Symbol.hasInstance, { value(found) { look(found); look(this.prototype); return false } }) } catch {}',
    ],
    [
      'to setters of their fields',
      'for (const name of ["code", "hint", "thrown", "index", "rows", "names"]) Object.defineProperty(Object.prototype, name, { configurable: true, set() { look(this) } });',
    ],
    [
      'to replaced methods of arrays and maps',
      'for (const name of ["map", "push", "slice", "join", "forEach"]) { const old = Array.prototype[name]; Array.prototype[name] = function (...args) { look(this); args.forEach?.call; for (let i = 0; i < args.length; i += 1) look(args[i]); try { return Reflect.apply(old, this, args) } catch (thrown) { look(thrown); throw thrown } } }',
    ],
  ];
  const ends: [end: string, code: string][] = [
    ['a result', 'return { n: row.n }'],
    ['a refusal', 'return row.n < 3 ? { n: row.n } : 1'],
    ['an error', 'if (row.n === 3) throw new Error("x"); return { n: row.n }'],
  ];
  it.each(spies.flatMap(([name, spy]) => ends.map(([end, code]) => [name, end, spy, code] as const)))(
    '%s, with %s',
    async (_name, end, spy, code) => {
      const { lines, outcome } = await heard(`${LOOK} if (row.n === 1) { ${spy} } await null; ${code}`, {
        batchRows: 1,
        timeLimitMs: 2000,
      });
      expect(lines).toEqual([]);
      if (end === 'a result') expect(outcome.rows).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
      else expect(outcome.error?.code).toBe(end === 'an error' ? 'code-failed' : 'not-a-row');
    },
  );

  it('nor is the one with a number that is not exact', async () => {
    const code = `${LOOK} const map = Array.prototype.map;
      Array.prototype.map = function (make) { return Reflect.apply(map, this, [(...args) => { try { return make(...args) } catch (thrown) { console.log("caught"); throw thrown } }]) };
      return { n: 1 }`;
    const given: Given[] = [{ name: 'l', kind: 'json', values: ['[1]', '[9007199254740993]'] }];
    const { lines, outcome } = await heard(code, { given, batchRows: 1 });
    expect(lines).toEqual([]);
    expect(outcome.error?.code).toBe('value-not-exact');
  });

  it('an answer on its way cannot be changed', async () => {
    const code = `const then = Promise.prototype.then, Real = Promise; let inside = false;
      Object.defineProperty(Promise.prototype, "constructor", { configurable: true, get() {
        if (inside) return Real; inside = true; then.call(this, (answer) => { if (answer && typeof answer === "object") { answer.value = 1e9; answer.ok = false; answer.trouble = { code: "forged" } } });
        inside = false; return Promise } });
      return { n: row.n }`;
    expect((await runCode(sandbox, code, { timeLimitMs: 2000 })).rows).toHaveLength(3);
  });

  it('a message is cut by the true slice', async () => {
    const code =
      'const big = "z".repeat(2 ** 27); String.prototype.slice = () => big; String.prototype.split = () => [big]; throw new Error("y".repeat(3000))';
    const { error } = await runCode(sandbox, code);
    expect(error?.message).toMatch(/^Error: y{1900}/);
    expect(error?.message.length).toBeLessThan(2100);
  });
});

describe('what comes out', () => {
  it('comes in batches that end at a size', async () => {
    const job = {
      form: 'rows' as const,
      code: 'return Array.from({ length: 12 }, () => ({ n: 1, t: "x".repeat(5e6), o: { t: "y".repeat(1e6) } }))',
      parameters: {},
      inputs: [{ name: null, columns: [{ name: 'n', kind: 'integer' as const }] }],
      rows: [batches(numbers(1))],
      memoryLimitMb: 256,
      timeLimitMs: 5000,
      signal: new AbortController().signal,
      onLog: () => undefined,
    };
    const sizes: number[] = [];
    let rows = 0;
    for await (const batch of sandbox.run(job)) {
      sizes.push(batch.columns.reduce((sum, { text }) => sum + (text?.length ?? 0), 0));
      rows += batch.rows;
    }
    expect(rows).toBe(12);
    expect(sizes).toHaveLength(6);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(BATCH_TEXT);
  });
  it('is refused where one value is too long', async () => {
    const code = `return { n: 1, t: "x".repeat(${LONGEST_TEXT + 1}) }`;
    expect((await runCode(sandbox, code, { memoryLimitMb: 256 })).error).toMatchObject({
      code: 'value-too-long',
      message: expect.stringContaining('Column "t" holds in row 1') as string,
    });
  });
  it('is refused where a row is too long', async () => {
    const code =
      'const t = "x".repeat(5e7); return Object.fromEntries(Array.from({ length: 100 }, (_, i) => ["c" + i, t]))';
    expect((await runCode(sandbox, code, { memoryLimitMb: 256 })).error?.code).toBe('value-too-long');
  });
  it.each([
    ['rows', 'return { n: row.n, t: row.t }', {}],
    ['a frame', 'return df', FRAME],
    ['a series', 'return series', FRAME],
  ])('of %s loses nothing to setters and getters on arrays', async (_name, code, options) => {
    const hide =
      'const series = typeof df === "object" ? df.n : null; for (const at of ["0", "1", "2"]) Object.defineProperty(Array.prototype, at, { set() {}, get() { return 7 }, configurable: true });';
    const given: Given[] = [
      { name: 'n', kind: 'integer', values: [1, 2] },
      { name: 't', kind: 'text', values: ['a', 'b'] },
    ];
    const { rows } = await runCode(sandbox, `${hide} ${code}`, { given, batchRows: 1, ...options });
    expect(rows?.map(({ n }) => n)).toEqual([1, 2]);
  });

  const refused: [name: string, code: string, error: string, text: RegExp, options?: RunOptions][] = [
    ['a Promise in a cell', 'return { p: Promise.resolve(1) }', 'value-not-data', /a Promise.*await/s],
    [
      'a Promise for a row',
      'return [(async () => ({ n: 1 }))()]',
      'not-a-row',
      /this is a Promise.*Promise\.all/s,
    ],
    [
      'Promises for rows of a frame',
      'return [1, 2].map(async (n) => ({ n }))',
      'not-a-row',
      /a Promise.*await/s,
      FRAME,
    ],
    ['a Map in a cell', 'return { m: new Map([[1, 2]]) }', 'value-not-data', /a Map.*Object\.fromEntries/s],
    ['a Map for a row', 'return new Map([["n", 1]])', 'not-a-row', /a Map/],
    ['a Map in an object', 'return { o: { deep: [new Map()] } }', 'value-not-data', /row 1 a Map/],
    ['a Set in a cell', 'return { s: new Set([1]) }', 'value-not-data', /a Set.*\[\.\.\.set\]/s],
    ['a Date for a row', 'return new Date()', 'not-a-row', /a Date/],
    ['a RegExp in a cell', 'return { r: /x/ }', 'value-not-data', /a RegExp/],
    ['an Error in a cell', 'return { e: new TypeError("x") }', 'value-not-data', /an Error.*message/s],
    ['an Error for a row', 'return new Error("x")', 'not-a-row', /an Error/],
    ['an iterator in a cell', 'return { i: [1].values() }', 'value-not-data', /an iterator/],
    ['a generator for a row', 'return (function* () { yield row })()', 'not-a-row', /an iterator/],
    ['an ArrayBuffer in a cell', 'return { b: new ArrayBuffer(8) }', 'value-not-data', /an ArrayBuffer/],
    ['a typed array for a row', 'return new Uint8Array(2)', 'not-a-row', /a typed array/],
    ['a text object for a row', 'return new String("ab")', 'not-a-row', /a String object/],
    ['NaN in an object', 'return { o: { a: [NaN] } }', 'value-not-data', /the number NaN/],
    ['an infinity in an object', 'return { o: [-Infinity] }', 'value-not-data', /the number -Infinity/],
    [
      'an infinity in an object of a frame',
      'return [{ o: [Infinity] }]',
      'value-not-data',
      /Infinity/,
      FRAME,
    ],
    ['NaN among objects', 'return { o: row.n === 2 ? NaN : { a: 1 } }', 'value-not-data', /NaN/],
  ];
  it.each(refused)('%s is refused', async (_name, code, error, text, options) => {
    const outcome = await runCode(sandbox, code, options);
    expect(outcome.error?.code).toBe(error);
    expect(`${outcome.error?.message} ${outcome.error?.hint}`).toMatch(text);
  });
  it('NaN in an object of a frame is NULL, as it is everywhere in frames', async () => {
    expect(first(await runCode(sandbox, 'return [{ o: { a: [NaN, 1] } }]', FRAME))).toEqual({
      o: { a: [null, 1] },
    });
  });
  it('typed arrays are arrays, also inside objects', async () => {
    const code = 'return { f: new Float64Array([1.5, 2]), o: { b: Uint8Array.of(1, 2) } }';
    expect(first(await runCode(sandbox, code))).toEqual({ f: [1.5, 2], o: { b: [1, 2] } });
  });
  it('objects of classes, without a prototype and with toJSON are data still', async () => {
    const code =
      'class P { x = 1 } return { p: new P(), o: Object.assign(Object.create(null), { a: 1 }), j: { toJSON: () => [1] }, d: [new Date(0)], e: {} }';
    expect(first(await runCode(sandbox, code))).toEqual({
      p: { x: 1 },
      o: { a: 1 },
      j: [1],
      d: ['1970-01-01T00:00:00.000Z'],
      e: {},
    });
    const rows = 'class Row { n = row.n } return new Row()';
    expect(first(await runCode(sandbox, rows))).toEqual({ n: 1 });
  });
});

describe('numbers in lists and structs that come in', () => {
  const read = (text: string) =>
    runCode(sandbox, 'return { v: row.v }', { given: [{ name: 'v', kind: 'json', values: [text] }] });
  it.each([
    ['a large double', '[1e300,1e22,5e-324]', [1e300, 1e22, 5e-324]],
    ['a double written out', '[10000000000000000.0,123456789012345680.0]', [1e16, 123456789012345680]],
    [
      'a float',
      '[0.10000000149011612,100000002004087730000.0]',
      [0.10000000149011612, 100000002004087730000],
    ],
    ['zeros at the end', '[1.50000000000000000000,-0.000000000000000000]', [1.5, 0]],
    ['16 digits that are exact', '[12345678901234.56]', [12345678901234.56]],
    ['digits in a text', '["12345678901234567890"]', ['12345678901234567890']],
  ])('%s is exact', async (_name, text, value) => {
    expect(first(await read(text))).toEqual({ v: value });
  });
  it.each([
    ['a DECIMAL of 17 digits', '[899999999999999.99]', /the number 899999999999999\.99/],
    ['a HUGEINT', '{"a":[9007199254740993]}', /the number 9007199254740993/],
    ['a whole number with digits after the point', '[5.00000000000000001]', /5\.00000000000000001/],
    ['an infinity', '[Infinity]', /NaN or an infinity/],
    ['NaN', '{"a":NaN,"b":9007199254740991}', /NaN or an infinity/],
  ])('%s is refused', async (_name, text, message) => {
    expect((await read(text)).error).toMatchObject({
      code: 'value-not-exact',
      message: expect.stringMatching(message) as string,
    });
  });
});

describe('a process that is used again', () => {
  it("does not charge a job with another one's leavings", async () => {
    const own = new Sandbox();
    try {
      const given: Given[] = [
        { name: 't', kind: 'text', values: Array.from({ length: 8 }, () => '\u4e00'.repeat(1e7)) },
      ];
      expect((await runCode(own, 'return { n: 1 }', { given, memoryLimitMb: 1024 })).error).toBeNull();
      const [pid] = own.processIds;
      const wait = 'await new Promise((go) => setTimeout(go, 120)); return row';
      expect((await runCode(own, wait, { memoryLimitMb: 8, given: numbers(1) })).error).toBeNull();
      expect(own.processIds).toEqual([pid]);
    } finally {
      own.close();
    }
  });
});

describe('code is the body of a function', () => {
  it.each([
    [
      'two functions and a comma',
      'rows',
      'return 1 }, function (row) { globalThis.leak = 1; return { n: row.n }',
    ],
    ['a function called', 'rows', 'return 1 })(), (function (row) { return { n: row.n }'],
    ['a sum of functions', 'rows', 'return 1 } + function (row) { return { n: row.n }'],
    ['a method', 'rows', 'return 1 }, other(row) { return { n: row.n }'],
    ['two in a frame', 'frame', 'return 1 }, async function (df) { return df'],
    ['two with await', 'rows', 'await 1 }, async function (row) { return { n: row.n }'],
  ] as const)('%s are refused', async (_name, form, code) => {
    expect((await runCode(sandbox, code, { form, memoryLimitMb: 256 })).error?.code).toBe('code-syntax');
  });
  it.each([
    ['a comment at the end', 'return row /* */ //'],
    ['functions inside', 'const f = function () { return row }; return f()'],
    ['a block', '{ const a = 1 } return row'],
  ])('%s is allowed', async (_name, code) => {
    expect((await runCode(sandbox, code)).rows).toHaveLength(3);
  });
  it('lines count from its first', async () => {
    expect((await runCode(sandbox, 'const a = 1;\nreturn = 2')).error?.message).toMatch(/line 2/);
  });
});

/** What the processes of a sandbox take; 0 where the system does not say. */
function megabytes({ processIds }: Sandbox): number {
  if (process.platform !== 'linux') return 0;
  const pages = processIds.map((pid) => Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]));
  return (pages.reduce((sum, one) => sum + one, 0) * 4096) / 1e6;
}
