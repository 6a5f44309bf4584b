import { afterEach, describe, expect, it } from 'vitest';
import type { Sandbox } from './sandbox.ts';
import { runCode, type Outcome, type RunOptions } from './testing/run-code.ts';
import { withSandbox } from './testing/with-sandbox.ts';

let sandbox: Sandbox;
withSandbox((opened) => {
  sandbox = opened;
});
/** Whatever was tried, the next person's code runs, and finds a clean world. */
afterEach(async () => {
  const next = await runCode(
    sandbox,
    'return { n: row.n * 2, clean: typeof leak + Object.keys(Object.prototype).length + [].join.name }',
  );
  expect(next).toEqual({
    rows: [1, 2, 3].map((n) => ({ n: n * 2, clean: 'undefined0join' })),
    error: null,
  });
});

const first = (outcome: Outcome) => outcome.rows?.[0] ?? outcome.error;

/** Code that looks for a way out, and what it is to find. `OUT` is a row `{ found }`. */
describe('nothing to reach', () => {
  const nothing: [name: string, look: string][] = [
    ['require', 'typeof require'],
    ['module', 'typeof module'],
    ['Buffer', 'typeof Buffer'],
    ['fetch', 'typeof fetch'],
    ['XMLHttpRequest', 'typeof XMLHttpRequest'],
    ['WebSocket', 'typeof WebSocket'],
    ['Worker', 'typeof Worker'],
    ['ShadowRealm', 'typeof ShadowRealm'],
    ['WebAssembly', 'typeof WebAssembly'],
    ['SharedArrayBuffer', 'typeof SharedArrayBuffer'],
    ['Atomics', 'typeof Atomics'],
    [
      'isolated-vm itself',
      'typeof ivm + typeof Isolate + typeof Reference === "undefinedundefinedundefined" ? "undefined" : "there"',
    ],
    ['the bridge', 'typeof sluiceBridge'],
    [
      'the bridge among hidden names',
      'Reflect.ownKeys(globalThis).find((key) => /bridge|host|ivm/i.test(String(key))) ?? "undefined"',
    ],
    ['a real process', 'typeof process.binding'],
    [
      'the process by way of the global constructor',
      'typeof globalThis.constructor.constructor("return process")().mainModule',
    ],
    ['the process by way of a row', 'typeof row.constructor.constructor("return process")().binding'],
    ['the process by way of params', 'typeof params.constructor.constructor("return process")().exit'],
    ['the process by way of console', 'typeof console.log.constructor("return process")().dlopen'],
    ['the process by way of a timer', 'typeof setTimeout.constructor("return process")().kill'],
    [
      'the process by way of an error',
      '(() => { try { null.x } catch (e) { return typeof e.constructor.constructor("return process")().stdout } })()',
    ],
    [
      'the process by way of a generator',
      'typeof (function* () {}).constructor("yield process")().next().value.argv0',
    ],
    ['an environment', 'Object.keys(process.env).length === 0 ? "undefined" : JSON.stringify(process.env)'],
    ['require by way of Function', 'typeof Function("return this")().require'],
    ['require by way of indirect eval', '(0, eval)("typeof require")'],
    ['require by way of Reflect.construct', 'typeof Reflect.construct(Function, ["return this"])().require'],
    ['process versions', 'JSON.stringify(process.versions) === "{}" ? "undefined" : "there"'],
    [
      'the caller',
      '(() => { try { return typeof arguments.callee.caller } catch { return "undefined" } })()',
    ],
  ];
  it.each(nothing)('%s', async (_name, look) => {
    expect(first(await runCode(sandbox, `return { found: ${look} }`))).toEqual({ found: 'undefined' });
  });

  it('import of a module', async () => {
    const code = 'try { await import("node:fs"); return { found: true } } catch { return { found: false } }';
    expect(first(await runCode(sandbox, code))).toEqual({ found: false });
  });
  it('import out of evaluated text', async () => {
    const code = `const ways = [() => eval('import("fs")'), () => new Function('return import("fs")')(), () => (async () => {}).constructor('return import("fs")')(), async () => { for await (const x of (async function* () {}).constructor('yield import("fs")')()) return x; }];
      const found = []; for (const way of ways) { try { await way(); found.push('there') } catch { found.push('refused') } } return { found: found.join() }`;
    expect(first(await runCode(sandbox, code))).toEqual({ found: 'refused,refused,refused,refused' });
  });
  it('import.meta', async () => {
    expect(first(await runCode(sandbox, 'return import.meta'))).toMatchObject({ code: 'code-syntax' });
  });

  it('stack frames of the host, by Error.prepareStackTrace', async () => {
    const code = `Error.prepareStackTrace = (_, sites) => sites.map((site) => [site.getFileName(), typeof site.getThis(), String(site.getFunction()?.constructor?.('return typeof require')?.())].join());
      const stack = new Error().stack; return { found: stack.join('|') }`;
    const { rows } = await runCode(sandbox, code);
    expect(rows?.[0]?.found).toMatch(/^code\.js/);
    expect(rows?.[0]?.found).not.toMatch(/\/|node_modules|host\.mjs|,function/);
  });
  it('paths of this machine in a stack', async () => {
    const { rows } = await runCode(sandbox, 'try { null.f() } catch (e) { return { found: e.stack } }');
    expect(rows?.[0]?.found).toContain('code.js:1');
    expect(rows?.[0]?.found).not.toMatch(/\/\w+\/|file:/);
  });
  it.each([
    ['df.constructor', 'typeof df.constructor.constructor("return process")().mainModule'],
    ['dfd', 'typeof dfd.DataFrame.constructor("return process")().binding'],
    ['inputs', 'typeof inputs.constructor.constructor("return this")().require'],
    ['a column', 'typeof df.n.apply.constructor("return process")().dlopen'],
  ])('the process by way of %s', async (_name, look) => {
    expect(first(await runCode(sandbox, `return [{ found: ${look} }]`, { form: 'frame' }))).toEqual({
      found: 'undefined',
    });
  });
  it.each([
    ['readCSV', 'await dfd.readCSV("/etc/passwd")'],
    ['readJSON', 'await dfd.readJSON("/etc/passwd")'],
    ['readExcel', 'await dfd.readExcel("/etc/passwd")'],
    ['streamCSV', 'await dfd.streamCSV("/etc/passwd", () => {})'],
    ['readCSV of an address', 'await dfd.readCSV("http://127.0.0.1/x.csv")'],
    ['toCSV to a file', 'df.toCSV({ filePath: "/tmp/sluice-escaped.csv" }); return [{ wrote: 1 }]'],
    ['toJSON to a file', 'df.toJSON({ filePath: "/tmp/sluice-escaped.json" }); return [{ wrote: 1 }]'],
  ])("the DataFrame library's own %s", async (_name, code) => {
    const { error } = await runCode(sandbox, code, { form: 'frame', timeLimitMs: 3000 });
    expect(error?.code).toMatch(/^(code-failed|not-a-frame|code-timeout)$/);
  });
});

describe('the body of a function and no more', () => {
  it.each([
    ['a brace that ends the function', '}); globalThis.leak = 1; (function () { return row'],
    ['a brace that ends an async one', 'await 1; }); globalThis.leak = 1; (async function () { return row'],
    ['a module statement', 'import fs from "fs"; return row'],
    ['an export', 'export default 1; return row'],
    ['a with statement', 'with (row) { return { n } }'],
    ['an octal', 'return { n: 010 }'],
  ])('%s', async (_name, code) => {
    expect((await runCode(sandbox, code)).error?.code).toBe('code-syntax');
  });
  it('a comment at the end hides nothing', async () => {
    expect((await runCode(sandbox, 'return row //')).rows).toHaveLength(3);
  });
  it('an undeclared name is no new global', async () => {
    expect((await runCode(sandbox, 'leak = 1; return row')).error).toMatchObject({ code: 'code-failed' });
  });
  it('this is nothing', async () => {
    expect(first(await runCode(sandbox, 'return { found: typeof this }'))).toEqual({ found: 'undefined' });
  });
  it('a debugger statement waits for nobody', async () => {
    expect((await runCode(sandbox, 'debugger; return row')).rows).toHaveLength(3);
  });
});

describe('what belongs to one run ends with it', () => {
  it.each([
    ['a global', 'globalThis.leak = 1'],
    ['a property on every object', 'Object.prototype.leak = 1'],
    ['a frozen world', 'Object.freeze(Object.prototype); Object.freeze(Array.prototype)'],
    ['a replaced join', 'Array.prototype.join = function evil() { return "x" }'],
    ['a replaced Map', 'globalThis.Map = class {}'],
    ['a finalisation callback', 'new FinalizationRegistry(() => { for (;;); }).register({}, 1)'],
    ['a timer that goes off later', 'setTimeout(() => { for (;;); }, 20)'],
    ['an interval', 'setInterval(() => { globalThis.leak = 1 }, 1)'],
    ['a promise that goes on', '(async () => { for (;;) await new Promise((go) => setTimeout(go, 1)) })()'],
  ])('%s', async (_name, code) => {
    const outcome = await runCode(sandbox, `${code}; return { ok: row.n }`);
    if (outcome.error) expect(outcome.error.code).toMatch(/^code-/);
    else expect(outcome.rows.map((row) => row.ok)).toEqual([1, 2, 3]);
  });
  it('lines that are written after the end are heard by nobody', async () => {
    const lines: string[] = [];
    await runCode(sandbox, 'setTimeout(() => console.log("late"), 30); console.log("now"); return row', {
      onLog: (_level, text) => void lines.push(text),
    });
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(lines).toEqual(['now', 'now', 'now']);
  });
});

describe('replaced built-ins harm only their own run', () => {
  it.each([
    ['Array.prototype.join', 'Array.prototype.join = () => "hacked"'],
    ['Array.prototype.push', 'Array.prototype.push = () => { throw 1 }'],
    [
      'an index setter on arrays',
      'Object.defineProperty(Array.prototype, "0", { set() { throw new Error("set") }, configurable: true })',
    ],
    ['JSON.stringify', 'JSON.stringify = () => "x".repeat(1e6)'],
    ['Object.keys', 'Object.keys = () => ["hacked"]'],
    ['Reflect.apply', 'Reflect.apply = () => "hacked"'],
    ['Function.prototype.call', 'Function.prototype.call = function () { return "hacked" }'],
    ['Date.prototype.getTime', 'Date.prototype.getTime = () => 1'],
    ['Map.prototype.get', 'Map.prototype.get = () => 7'],
    [
      'then on every object',
      'Object.prototype.then = function (take) { take({ ok: true, value: "x".repeat(1e6) }) }',
    ],
    ['Promise.prototype.then', 'Promise.prototype.then = function () { return 1 }'],
    [
      'setters for the names of the answer',
      'for (const name of ["ok", "value", "rows", "columns", "name", "kind", "text"]) Object.defineProperty(Object.prototype, name, { set() { throw 1 }, get() { return "hacked" }, configurable: true })',
    ],
    ['Symbol.iterator of arrays', 'Array.prototype[Symbol.iterator] = function* () { yield "hacked" }'],
    [
      'Uint8Array',
      'globalThis.Uint8Array = globalThis.Float64Array = class { constructor() { return { length: 1e9 } } }',
    ],
    ['instanceof', 'Object.defineProperty(Promise, Symbol.hasInstance, { value: () => true })'],
  ])('%s', async (_name, code) => {
    const outcome = await runCode(sandbox, `${code}; return { n: row.n, t: row.t }`, { timeLimitMs: 2000 });
    if (outcome.rows)
      expect(outcome.rows).toEqual([
        { n: 1, t: 'a' },
        { n: 2, t: 'b' },
        { n: 3, t: null },
      ]);
    else expect(outcome.error.code).toMatch(/^(code-|not-a-row)/);
  });
});

describe('results that are no rows', () => {
  const refused: [name: string, code: string, error: string, options?: RunOptions][] = [
    ['nothing', '', 'not-a-row'],
    ['undefined', 'return undefined', 'not-a-row'],
    ['a number', 'return 1', 'not-a-row'],
    ['a text', 'return "row"', 'not-a-row'],
    ['a function', 'return () => row', 'not-a-row'],
    ['a symbol', 'return Symbol("row")', 'not-a-row'],
    ['an array in an array', 'return [[row]]', 'not-a-row'],
    ['a function in a cell', 'return { f: () => 1 }', 'value-not-data'],
    ['a symbol in a cell', 'return { s: Symbol.iterator }', 'value-not-data'],
    ['a cycle', 'const o = {}; o.o = o; return { o }', 'value-not-data'],
    ['a BigInt inside an object', 'return { o: { b: 1n } }', 'value-not-data'],
    ['toJSON that gives a function', 'return { o: { toJSON: () => () => 1 } }', 'value-not-data'],
    ['toJSON that throws', 'return { o: { toJSON() { throw new Error("no") } } }', 'value-not-data'],
    [
      'toJSON without end',
      'return { o: { toJSON() { return [this, { toJSON: this.toJSON }] } } }',
      'value-not-data',
    ],
    ['an invalid date', 'return { d: new Date(NaN) }', 'invalid-date'],
    ['half a character', 'return { t: "\\ud800" }', 'value-not-text'],
    ['mixed kinds', 'return { m: row.n === 2 ? "two" : row.n }', 'mixed-column'],
    ['a getter that throws', 'return { get n() { throw new Error("no") } }', 'code-failed'],
    ['a proxy that throws', 'return new Proxy({}, { ownKeys() { throw new Error("no") } })', 'code-failed'],
    ['a proxy that lies', 'return new Proxy({}, { ownKeys: () => ["a", "a"] })', 'code-failed'],
    [
      'a revoked proxy',
      'const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy',
      'code-failed',
    ],
    [
      'a thousand times too many columns',
      'return Object.fromEntries(Array.from({ length: 3000 }, (_, i) => ["c" + i, i]))',
      'too-many-columns',
    ],
    ['a column name without end', 'return { ["x".repeat(1e6)]: 1 }', 'column-name-too-long'],
    ['a promise of nothing', 'return Promise.resolve(undefined)', 'not-a-row'],
    ['a frame that is a number', 'return 3', 'not-a-frame', { form: 'frame' }],
    ['a frame that is a function', 'return df.add', 'not-a-frame', { form: 'frame' }],
    ['rows that are arrays', 'return [[1, 2]]', 'not-a-row', { form: 'frame' }],
    [
      'a function in a frame',
      'df.addColumn("f", [() => 1, () => 2, () => 3], { inplace: true }); return df',
      'value-not-data',
      { form: 'frame' },
    ],
  ];
  it.each(refused)('%s', async (_name, code, error, options) => {
    expect((await runCode(sandbox, code, options)).error?.code).toBe(error);
  });

  it('keys of every name are columns and nothing else', async () => {
    const code =
      'return { ["__proto__"]: row.n, constructor: 1, toString: 2, hasOwnProperty: 3, valueOf: 4, then: 5 }';
    const { rows } = await runCode(sandbox, code);
    expect(JSON.stringify(rows?.[2])).toBe(
      '{"__proto__":3,"constructor":1,"toString":2,"hasOwnProperty":3,"valueOf":4,"then":5}',
    );
  });
  it('columns of every name come in as rows', async () => {
    const given = ['__proto__', 'constructor', 'a"b', 'a\\', "'];evil()//", '${x}', '\u2028'].map((name) => ({
      name,
      kind: 'integer' as const,
      values: [1],
    }));
    const { rows } = await runCode(
      sandbox,
      'return { keys: Object.keys(row).join("|"), clean: Object.getPrototypeOf(row) === Object.prototype }',
      { given },
    );
    expect(rows).toEqual([{ keys: given.map(({ name }) => name).join('|'), clean: true }]);
  });
  it('an object that converts itself is JSON, not code', async () => {
    const code =
      'class O { a = 1; [Symbol.toPrimitive]() { throw new Error("no") } toString() { throw new Error("no") } } return { o: new O() }';
    expect(first(await runCode(sandbox, code))).toEqual({ o: { a: 1 } });
  });
});

describe('what is thrown', () => {
  it.each([
    ['undefined', 'throw undefined'],
    ['null', 'throw null'],
    ['a symbol', 'throw Symbol("x")'],
    ['an object whose message throws', 'throw { get message() { throw 1 } }'],
    [
      'an object whose stack is no text',
      'const e = new Error("x"); e.stack = { toString() { throw 1 } }; throw e',
    ],
    ['an object without a prototype', 'throw Object.create(null)'],
    ['a proxy', 'throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 1 } })'],
    ['a message without end', 'throw new Error("x".repeat(1e7))'],
    ['a cause that is itself', 'const e = new Error("x"); e.cause = e; throw e'],
    ['a stack that lies', 'const e = new Error("x"); e.stack = "at code.js:99999999:99999999"; throw e'],
    [
      'out of prepareStackTrace',
      'Error.prepareStackTrace = () => { throw new Error("y") }; throw new Error("x")',
    ],
  ])('%s', async (_name, code) => {
    const { error } = await runCode(sandbox, code);
    expect(error?.code).toBe('code-failed');
    expect(error?.message.length).toBeLessThan(2100);
  });
});

describe('bombs', () => {
  const SLOW = { timeLimitMs: 400 };
  const bombs: [name: string, code: string, error: RegExp, options?: RunOptions][] = [
    ['a loop', 'for (;;);', /code-timeout/, SLOW],
    ['a loop in a frame', 'for (;;);', /code-timeout/, { ...SLOW, form: 'frame' }],
    ['a loop of promises', 'for (;;) await null', /code-timeout/, SLOW],
    ['a promise that never settles', 'await new Promise(() => {}); return row', /code-timeout/, SLOW],
    ['a thenable that never calls', 'return await { then() {} }', /code-timeout/, SLOW],
    [
      'a thenable that gives itself',
      'return await { then(take) { take(this) } }',
      /code-timeout|code-memory/,
      SLOW,
    ],
    [
      'an endless async generator',
      'for await (const x of (async function* () { for (;;) yield 1 })()) void x',
      /code-timeout/,
      SLOW,
    ],
    ['an endless getter in the result', 'return { get n() { for (;;); } }', /code-timeout/, SLOW],
    ['an endless toJSON', 'return { o: { toJSON() { for (;;); } } }', /code-timeout/, SLOW],
    ['a pattern that never ends', 'return { m: /^(a+)+$/.test("a".repeat(40) + "b") }', /code-timeout/, SLOW],
    ['a loop in what is thrown', 'throw { get message() { for (;;); } }', /code-timeout/, SLOW],
    ['a recursion', 'const f = () => f() + 1; return { n: f() }', /code-failed/],
    ['a recursion by getters', 'const o = { get a() { return this.a } }; return { n: o.a }', /code-failed/],
    [
      'a recursion by a proxy',
      'const p = new Proxy({}, { get: (t, k, r) => r[k] }); return { n: p.x }',
      /code-failed/,
    ],
    [
      'an object too deep for JSON',
      'let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; return { o }',
      /value-not-data/,
    ],
    ['an array that grows', 'const a = []; for (;;) a.push(new Array(1e4).fill(1.5))', /code-memory/],
    [
      'a map that grows',
      'const m = new Map(); for (let i = 0; ; i++) m.set(i, [i])',
      /code-memory|code-failed/,
    ],
    [
      'a text that doubles',
      'let t = "x"; for (;;) { t += t; t.charCodeAt(t.length - 1); [t].join() }',
      /code-memory|code-failed/,
    ],
    ['buffers', 'const a = []; for (;;) a.push(new Uint8Array(1e7).fill(1))', /code-memory|code-failed/],
    ['one huge buffer', 'return { n: new ArrayBuffer(2 ** 40).byteLength }', /code-failed|code-memory/],
    [
      'a huge number',
      'return { n: String(2n ** 100000000n).length }',
      /code-timeout|code-failed|code-memory/,
      SLOW,
    ],
    ['rows without end', 'const out = []; for (;;) out.push({ n: 1 })', /code-memory/],
    [
      'one long text in many columns',
      'const t = "x".repeat(1e7); return Object.fromEntries(Array.from({ length: 1e3 }, (_, i) => ["c" + i, t]))',
      /value-too-long/,
    ],
    [
      'one array with a long text many times as JSON',
      'const t = "x".repeat(1e6); return { o: Array.from({ length: 1e5 }, () => t) }',
      /code-timeout|code-memory/,
      SLOW,
    ],
    ['many timers', 'for (;;) setTimeout(() => {}, 1e6)', /code-failed/],
    ['a flood of lines', 'for (;;) console.log("x".repeat(1e4))', /code-timeout/, SLOW],
    [
      'a promise for each of a billion',
      'const all = []; for (;;) all.push(Promise.resolve(all.length).then((x) => x))',
      /code-memory/,
    ],
  ];
  it.each(bombs)('%s', async (_name, code, error, options) => {
    const outcome = await runCode(sandbox, code, { memoryLimitMb: 32, ...options });
    expect(outcome.error?.code).toMatch(error);
  });
});
