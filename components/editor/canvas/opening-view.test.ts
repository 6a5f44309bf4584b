import { describe, expect, it } from 'vitest';
import type { CanvasNode } from './flow-elements.ts';
import { openingView } from './opening-view.ts';

const card = (x: number, y: number): CanvasNode => ({
  id: `${x}:${y}`,
  type: 'card',
  data: {},
  position: { x, y },
  width: 200,
  height: 80,
});
/** Cards in a row, 300 from one left edge to the next. */
const chain = (count: number) => Array.from({ length: count }, (_unused, index) => card(index * 300, 100));
const frame = { width: 800, height: 500 };

describe('the view that a canvas opens with', () => {
  it('is life-size for one card, in the middle', () => {
    expect(openingView([card(40, 100)], frame)).toEqual({ x: 400 - 140, y: 250 - 140, zoom: 1 });
  });

  it('is the whole graph while its cards can be read', () => {
    // 1100 wide into 752: 0.68.
    const { x, zoom } = openingView(chain(4), frame);
    expect(zoom).toBeCloseTo(752 / 1100);
    expect(x).toBeCloseTo(24);
  });

  it('is the beginning of a longer one, large enough to read', () => {
    expect(openingView(chain(20), frame)).toEqual({ x: 24, y: 250 - 140 * 0.7, zoom: 0.7 });
  });

  it('shows the sources of a tall one, and no empty space above them', () => {
    const tall = Array.from({ length: 30 }, (_unused, index) => card(300, index * 120));
    const atTop = openingView([card(0, 0), ...tall], frame);
    expect(atTop).toEqual({ x: 400 - 250 * 0.7, y: 24, zoom: 0.7 });
    const inMiddle = openingView([card(0, 1700), ...tall], frame);
    expect(inMiddle.y).toBeCloseTo(250 - 1740 * 0.7);
  });
});
