import { describe, expect, it } from 'vitest';
import { shortcutOf, type KeyStroke } from './shortcuts.ts';

const stroke = (key: string, held: Partial<KeyStroke> = {}): KeyStroke => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...held,
});

describe('shortcuts', () => {
  it.each([
    [stroke('z', { ctrlKey: true }), 'undo'],
    [stroke('Z', { ctrlKey: true, shiftKey: true }), 'redo'],
    [stroke('z', { metaKey: true, shiftKey: true }), 'redo'],
    [stroke('y', { ctrlKey: true }), 'redo'],
    [stroke('a', { ctrlKey: true }), 'select-all'],
    [stroke('A', { shiftKey: true }), 'arrange'],
    [stroke('Backspace'), 'delete'],
    [stroke('Delete'), 'delete'],
    [stroke('?', { shiftKey: true }), 'help'],
    [stroke('Enter', { ctrlKey: true }), 'run'],
    [stroke('Enter', { ctrlKey: true, shiftKey: true }), 'run-to'],
    [stroke('1'), 'fit'],
    [stroke('a'), null],
    [stroke('z'), null],
    [stroke('Enter'), null],
    [stroke('1', { ctrlKey: true }), null],
    [stroke('k', { ctrlKey: true }), null],
    [stroke('z', { ctrlKey: true, altKey: true }), null],
    [stroke(' '), null],
    [stroke('Shift', { shiftKey: true }), null],
  ])('%o is %s', (pressed, id) => {
    expect(shortcutOf(pressed)).toBe(id);
  });
});
