import { describe, expect, it } from 'vitest';
import type { Sandbox } from './sandbox.ts';
import { runCode, type Outcome } from './testing/run-code.ts';
import { withSandbox } from './testing/with-sandbox.ts';

let sandbox: Sandbox;
withSandbox((opened) => {
  sandbox = opened;
});

const first = (outcome: Outcome) => outcome.rows?.[0] ?? outcome.error;
const FRAME = { form: 'frame', memoryLimitMb: 256 } as const;
const FORMS = [
  ['rows', 'return ', {}],
  ['a frame', 'return [', FRAME],
] as const;

/** The first row that comes out where code gives `value` under `v`, as either form of code has it. */
function each(cases: [name: string, value: string, ...expected: unknown[]][]) {
  return cases.flatMap(([name, value, ...expected]) =>
    FORMS.map(([form, before, options]) => ({
      name: `${name}, from ${form}`,
      run: () => runCode(sandbox, `${before}{ v: ${value} }${before.endsWith('[') ? ']' : ''}`, options),
      expected,
    })),
  );
}

describe('a column name', () => {
  it.each([
    ['empty', '{ a: 1, "": 2 }', 'Column 2 of the result has an empty name'],
    ['with a NUL character', '{ "a\\u0000b": 1 }', 'Column 1 of the result has a NUL character in its name'],
    ['half a character', '{ "\\ud800": 1 }', 'Column 1 of the result has a name that is no Unicode'],
    [
      'halves of characters',
      '{ b: 1, "\\ud800": 1, "\\ud801": 2 }',
      'Column 2 of the result has a name that',
    ],
  ])('that is %s is refused', async (_name, row, message) => {
    for (const [, before, options] of FORMS) {
      const code = `${before}${row}${before.endsWith('[') ? ']' : ''}`;
      expect((await runCode(sandbox, code, options)).error).toMatchObject({
        code: 'column-name-invalid',
        message: expect.stringContaining(message) as string,
        hint: 'Give it another key.',
      });
    }
  });
  it('of a DataFrame is as well', async () => {
    const code = 'return new dfd.DataFrame([[1, 2]], { columns: ["a", "b\\u0000"] })';
    expect((await runCode(sandbox, code, FRAME)).error).toMatchObject({
      code: 'column-name-invalid',
      message: 'Column 2 of the result has a NUL character in its name',
    });
  });
  it('may be any other', async () => {
    const names = [' ', '__proto__', 'constructor', 'toString', 'größe', '😀', 'a\nb', 'a"b\'c'];
    const code = `return JSON.parse(${JSON.stringify(JSON.stringify(Object.fromEntries(names.map((name) => [name, 1]))))})`;
    expect(Object.keys((await runCode(sandbox, code)).rows?.[0] ?? {})).toEqual(names);
  });
});

describe('what would be lost', () => {
  it.each(
    each([
      ['an invalid date in an object', '{ d: new Date(NaN) }', 'invalid-date', 'an invalid date under "d"'],
      ['one deep in a list', '[{ a: [1, new Date("x")] }]', 'invalid-date', 'an invalid date at [1]'],
      ['one of a class', '{ d: new (class extends Date {})(NaN) }', 'invalid-date', 'an invalid date'],
      ['a function in a list', '[() => 1]', 'value-not-data', 'a function at [0], which is no data'],
      ['a method', '{ a: 1, f() {} }', 'value-not-data', 'a function under "f"'],
      ['a symbol in a list', '[1, Symbol("x")]', 'value-not-data', 'a symbol at [1]'],
      ['a boxed symbol', '{ s: Object(Symbol()) }', 'value-not-data', 'a Symbol object under "s"'],
      ['a WeakRef', 'new WeakRef({})', 'value-not-data', 'row 1 a WeakRef, which is no data'],
      ['a FinalizationRegistry', '[new FinalizationRegistry(() => {})]', 'value-not-data', 'FinalizationReg'],
      ['a WeakMap', '{ w: new WeakMap() }', 'value-not-data', 'a WeakMap under "w"'],
      [
        'a formatter',
        '{ f: new Intl.DateTimeFormat() }',
        'value-not-data',
        'an Intl.DateTimeFormat under "f"',
      ],
      [
        'a collator of a class',
        '[new (class extends Intl.Collator {})()]',
        'value-not-data',
        'Intl.Collator',
      ],
      ['a locale', 'new Intl.Locale("de")', 'value-not-data', 'an Intl.Locale'],
      ['an async generator', '[(async function* () {})()]', 'value-not-data', 'an async iterator at [0]'],
      ['a BigInt in a box in a list', '[Object(1n)]', 'value-not-data', 'BigInt'],
      ['half a character in an object', '{ t: "\\ud800" }', 'value-not-text', 'half of a surrogate pair'],
      [
        'half a character after a backslash',
        '["\\\\\\udc00x"]',
        'value-not-text',
        'half of a surrogate pair',
      ],
      ['half a character in a key', '{ "a\\ud800": 1 }', 'value-not-text', 'half of a surrogate pair'],
    ]),
  )('is refused: $name', async ({ run, expected: [code, message] }) => {
    const { error } = await run();
    expect(error).toMatchObject({ code, message: expect.stringContaining(message as string) as string });
    expect(error?.message).toMatch(/^Column "v" holds in row 1 /);
  });

  it.each([
    ['in a list', '[Object(NaN)]', 'the number NaN at [0]'],
    ['in an object', '{ x: Object(-Infinity) }', 'the number -Infinity under "x"'],
    ['of a class', '{ x: [new (class extends Number {})(NaN)] }', 'the number NaN at [0]'],
  ])('is refused: a boxed number that JSON has not, %s', async (_name, value, message) => {
    expect((await runCode(sandbox, `return { v: ${value} }`)).error).toMatchObject({
      code: 'value-not-data',
      message: expect.stringContaining(message) as string,
    });
  });
});

describe('what is kept', () => {
  it.each(
    each([
      ['a boxed number', 'Object(1.5)', 1.5],
      ['a boxed text', 'new String("x")', 'x'],
      ['a boxed boolean', 'Object(false)', false],
      ['a boxed BigInt', 'Object(12n)', 12n],
      ['boxed values in a list', '[Object(1), Object("x"), Object(true)]', [1, 'x', true]],
      ['a value that says otherwise of itself', '[Object.assign(Object(1), { valueOf: () => 2 })]', [1]],
      ['dates and nulls', '{ d: new Date(0), n: null }', { d: '1970-01-01T00:00:00.000Z', n: null }],
      ['toJSON that gives null', '[{ toJSON: () => null }]', [null]],
      ['undefined and holes', '[undefined, , { a: undefined }]', [null, null, {}]],
      ['a backslash before ud', '["\\\\ud800", "\\\\\\\\udc00"]', ['\\ud800', '\\\\udc00']],
      ['whole characters', '{ "😀": "😀\\u0000" }', { '😀': '😀\u0000' }],
      ['an instance of a class', '[new (class { a = 1; f() {} })()]', [{ a: 1 }]],
      ['an object without a prototype', 'Object.assign(Object.create(null), { a: 1 })', { a: 1 }],
    ]),
  )('$name', async ({ run, expected: [value] }) => {
    expect(first(await run())).toEqual({ v: value });
  });
  it('a boxed NaN is the number, and NULL in frames', async () => {
    expect(first(await runCode(sandbox, 'return { v: Object(NaN) }'))).toEqual({ v: Number.NaN });
    expect(first(await runCode(sandbox, 'return [{ v: Object(NaN) }, { v: 1 }]', FRAME))).toEqual({
      v: null,
    });
    expect(first(await runCode(sandbox, 'return [{ v: [Object(NaN)] }]', FRAME))).toEqual({ v: [null] });
  });
});
