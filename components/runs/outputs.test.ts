import { describe, expect, it } from 'vitest';
import type { RunDetail } from '#lib/contracts/runs.ts';
import { outputsOf } from './outputs.ts';

const destination = (id: string, config: Record<string, unknown>) => ({
  id,
  type: 'file-destination',
  config,
});

function runWith(
  destinations: ReturnType<typeof destination>[],
  parameters: Record<string, unknown> = {},
  declared: Record<string, unknown> = {},
): RunDetail {
  const nodes = destinations.map(({ id }) => ({ id, status: id === 'failed' ? 'failed' : 'succeeded' }));
  return {
    nodes,
    parameters,
    document: { version: 1, name: 'x', parameters: declared, nodes: destinations, edges: [] },
  } as unknown as RunDetail;
}

describe('files that a run wrote', () => {
  it('are those of the destinations that finished', () => {
    const outputs = outputsOf(
      runWith([destination('good', { path: 'out/a.csv' }), destination('failed', { path: 'out/b.csv' })]),
    );
    expect(outputs).toEqual([{ nodeId: 'good', name: 'good', path: 'out/a.csv' }]);
  });

  it('bear the run’s own parameters in their names, and the defaults of the others', () => {
    const outputs = outputsOf(
      runWith(
        [destination('good', { path: 'out/${day}-$${x}-${n}-${who}.csv' })],
        { day: '2025-01-02', n: 3 },
        {
          day: { type: 'date', default: '2024-12-31' },
          n: { type: 'integer' },
          who: { type: 'string', default: 'all' },
        },
      ),
    );
    expect(outputs[0]?.path).toBe('out/2025-01-02-${x}-3-all.csv');
  });

  it('leave out folders of partitions, which are no single file', () => {
    expect(outputsOf(runWith([destination('parts', { path: 'out/p', partitionBy: ['day'] })]))).toEqual([]);
  });
});
