import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { plain, sayFault } from './outcome.ts';
import { showProgress } from './progress.ts';

describe('text of people in a terminal', () => {
  it('has pictures instead of control characters', () => {
    expect(plain('\u001b]0;title\u0007 a\rb\nc\td\u007f\u009b31m \u0000')).toBe('␛]0;title␇ a␍b␊c␉d␡�31m ␀');
  });
  it('stays as it is otherwise', () => {
    expect(plain('Zürich "👩‍👩‍👧" ␛ 日本')).toBe('Zürich "👩‍👩‍👧" ␛ 日本');
  });
  it('fakes no line of a fault', () => {
    const said = sayFault({
      code: 'code-failed',
      severity: 'error',
      message: 'no\n✓ a succeeded',
      hint: 'look\r✓ here',
      place: { nodeId: 'b\u001b[2J' },
    });
    expect(said.split('\n')).toHaveLength(3);
    expect(said).toContain('b␛[2J: no␊✓ a succeeded');
    expect(said).toContain('  look␍✓ here\n');
  });
  it('fakes no line of the log', () => {
    let said = '';
    const stream = new Writable({
      write(chunk: Buffer, _encoding, done) {
        said += chunk.toString();
        done();
      },
    });
    const terminal = Object.assign(stream, { isTTY: false }) as unknown as NodeJS.WriteStream;
    showProgress(terminal).event({
      seq: 1,
      event: {
        runId: '6',
        at: '2026-01-01T00:00:00.000Z',
        type: 'log',
        level: 'info',
        nodeId: 'a',
        message: 'one\nrun 7 succeeded\u001b]0;x\u0007',
      },
    });
    expect(said).toBe('info a one␊run 7 succeeded␛]0;x␇\n');
  });
});
