import { describe, expect, it } from 'vitest';
import { moveSelection, selectionBounds, START, type GridSelection } from './grid-selection.ts';

const size = { rows: 100, columns: 5, page: 10 };
const at = (row: number, column: number): GridSelection => ({
  anchor: { row, column },
  active: { row, column },
});
const press = (key: string, modifiers: { shiftKey?: boolean; mod?: boolean } = {}) => ({
  key,
  shiftKey: false,
  mod: false,
  ...modifiers,
});

describe('moving through cells', () => {
  it.each([
    ['ArrowDown', {}, 6, 2],
    ['ArrowUp', {}, 4, 2],
    ['ArrowLeft', {}, 5, 1],
    ['ArrowRight', {}, 5, 3],
    ['ArrowDown', { mod: true }, 99, 2],
    ['ArrowLeft', { mod: true }, 5, 0],
    ['PageDown', {}, 15, 2],
    ['PageUp', {}, 0, 2],
    ['Home', {}, 5, 0],
    ['End', {}, 5, 4],
    ['Home', { mod: true }, 0, 0],
    ['End', { mod: true }, 99, 4],
  ])('%s %j goes to row %i, column %i', (key, modifiers, row, column) => {
    expect(moveSelection(at(5, 2), press(key, modifiers), size)).toEqual(at(row, column));
  });

  it('stops at the edges', () => {
    expect(moveSelection(START, press('ArrowUp'), size)).toEqual(START);
    expect(moveSelection(at(99, 4), press('ArrowRight'), size)).toEqual(at(99, 4));
  });

  it('keeps its anchor with Shift, and leaves other keys to others', () => {
    const wider = moveSelection(at(5, 2), press('ArrowUp', { shiftKey: true }), size);
    expect(wider).toEqual({ anchor: { row: 5, column: 2 }, active: { row: 4, column: 2 } });
    expect(wider && selectionBounds(wider)).toEqual({ top: 4, bottom: 5, left: 2, right: 2 });
    expect(moveSelection(START, press('x'), size)).toBeNull();
  });
});
