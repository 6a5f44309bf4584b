/** One way of doing a piece of work; answers what the part that counts took, of the clock and of processors. */
export type Way = () => Promise<{ milliseconds: number; cpuMs: number }>;

export interface Spread {
  median: number;
  /** The middle half of the rounds lies between these. */
  low: number;
  high: number;
}

export interface Compared {
  /** Of each round's time by the first way's time in the same round: what loads the machine loads both. */
  ratios: Map<string, Spread>;
  /** The same of processor time, which other work on the machine stretches less. */
  cpuRatios: Map<string, Spread>;
  milliseconds: Map<string, Spread>;
}

/**
 * Times several ways of the same work in turns, A B C A B C, after a warm-up round that does not count. Every other
 * round goes backwards, so that no way always follows the same one.
 */
export async function compare(ways: Readonly<Record<string, Way>>, rounds: number): Promise<Compared> {
  const names = Object.keys(ways);
  const times = new Map<string, number[]>(names.map((name) => [name, []]));
  const cpu = new Map<string, number[]>(names.map((name) => [name, []]));
  for (let round = -1; round < rounds; round++) {
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      const took = await ways[name]?.();
      if (round < 0 || !took) continue;
      times.get(name)?.push(took.milliseconds);
      cpu.get(name)?.push(took.cpuMs);
    }
  }
  const toFirst = (all: ReadonlyMap<string, number[]>) => {
    const base = all.get(names[0] ?? '') ?? [];
    return mapValues(all, (own) => spreadOf(own.map((time, round) => time / (base[round] ?? NaN))));
  };
  return {
    ratios: toFirst(times),
    cpuRatios: toFirst(cpu),
    milliseconds: mapValues(times, spreadOf),
  };
}

function mapValues<V, W>(map: ReadonlyMap<string, V>, change: (value: V) => W): Map<string, W> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? NaN;
  return { median: at(0.5), low: at(0.25), high: at(0.75) };
}

/** `1.08 (1.02–1.13)` */
export function sayRatio({ median, low, high }: Spread, digits = 2): string {
  return `${median.toFixed(digits)} (${low.toFixed(digits)}–${high.toFixed(digits)})`;
}
