import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

type Rgb = [number, number, number];

const css = readFileSync(new URL('../../app/globals.css', import.meta.url), 'utf8');

/** OKLCH to linear sRGB (Björn Ottosson's matrices). */
function linearRgb(lightness: number, chroma: number, hueDegrees: number): Rgb {
  const hue = (hueDegrees * Math.PI) / 180;
  const a = chroma * Math.cos(hue);
  const b = chroma * Math.sin(hue);
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const clamp = (value: number) => Math.min(1, Math.max(0, value));
  return [
    clamp(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
    clamp(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
    clamp(-0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s),
  ];
}

const luminance = ([r, g, b]: Rgb) => 0.2126 * r + 0.7152 * g + 0.0722 * b;

/** WCAG 2 contrast of two colours. */
function contrast(one: Rgb, other: Rgb): number {
  const [light, dark] = [luminance(one), luminance(other)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

const encode = (value: number) => (value <= 0.0031308 ? 12.92 * value : 1.055 * value ** (1 / 2.4) - 0.055);
const decode = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);

/** The colour at `share` opacity over the ground, composited in encoded sRGB as browsers do. */
const tint = (colour: Rgb, ground: Rgb, share: number): Rgb =>
  colour.map((value, index) => decode(encode(value) * share + encode(ground[index]!) * (1 - share))) as Rgb;

function tokensOf(selector: string): Map<string, Rgb> {
  const block = css.slice(css.indexOf(`\n${selector} {`)).split('\n}')[0]!;
  const tokens = new Map<string, Rgb>();
  for (const [, name, l, c, h] of block.matchAll(/--([\w-]+): oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);/g)) {
    tokens.set(name!, linearRgb(Number(l), Number(c), Number(h)));
  }
  return tokens;
}

describe.each([':root', '.dark'])('colour roles of %s', (selector) => {
  const tokens = tokensOf(selector);
  const colour = (name: string) => {
    const found = tokens.get(name);
    if (!found) throw new Error(`no token --${name} in ${selector}`);
    return found;
  };
  const surfaces = ['surface-0', 'surface-1', 'surface-2', 'surface-3'];
  const words = [...tokens.keys()].filter((name) => /^(ink|accent$|data|status)/.test(name));

  it('has every role', () => {
    expect(words).toHaveLength(3 + 1 + 4 + 8);
  });

  it.each(words)('%s reads on every surface', (name) => {
    for (const surface of surfaces) {
      expect(contrast(colour(name), colour(surface)), `${name} on ${surface}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(words.filter((name) => !name.startsWith('ink')))('%s reads on its own tint', (name) => {
    for (const surface of ['surface-0', 'surface-1']) {
      const ground = tint(colour(name), colour(surface), 0.1);
      expect(contrast(colour(name), ground), `${name} on a tint over ${surface}`).toBeGreaterThanOrEqual(4.5);
    }
  });

  it.each(['accent', 'danger'])('text reads on the %s fill, also when hovered', (name) => {
    for (const fill of [`${name}-fill`, `${name}-fill-hover`]) {
      expect(contrast(colour(`${name}-on`), colour(fill)), fill).toBeGreaterThanOrEqual(4.5);
    }
  });
});
