import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeId } from '../graph/ids.ts';
import type { Relation } from '../sql/relation.ts';
import { inputsOf } from './readers.ts';
import { planRun } from './plan-run.ts';
import {
  filterRelation,
  limitRelation,
  sketchGraph,
  sortRelation,
  type SketchNode,
} from './testing/sketch-graph.ts';
import type { Artefact, PlanOptions, RunPlan } from './types.ts';

const OPTIONS: PlanOptions = {
  staging: 'auto',
  counts: 'exact',
  mode: 'auto',
  slice: {},
  artefacts: new Map(),
};
const plan = (sketch: SketchNode[], options: Partial<PlanOptions> = {}) =>
  planRun(sketchGraph(sketch), { ...OPTIONS, ...options });
const shape = (run: RunPlan) => run.segments.map((segment) => segment.nodes.join('+'));
const chain = (length: number): SketchNode[] =>
  Array.from({ length }, (_, index) => ({
    id: `n${index}`,
    ...(index > 0 ? { reads: [`n${index - 1}`] } : {}),
  }));
const artefacts = (...ids: string[]) =>
  new Map(
    ids.map((id) => [
      nodeId(id),
      { nodeId: nodeId(id), key: id, path: `/${id}`, rows: 1, bytes: 1 } satisfies Artefact,
    ]),
  );

describe('segments', () => {
  it('runs a chain of ten nodes as one statement', () => {
    expect(shape(plan(chain(10)))).toEqual(['n0+n1+n2+n3+n4+n5+n6+n7+n8+n9']);
  });

  it('runs every node by itself with staging all', () => {
    expect(shape(plan(chain(3), { staging: 'all' }))).toEqual(['n0', 'n1', 'n2']);
  });

  it('cuts a chain of a thousand before DuckDB would give up', () => {
    const sizes = plan(chain(1000)).segments.map((segment) => segment.nodes.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(64);
    expect(sizes.length).toBeLessThanOrEqual(16);
  });

  it('is one statement where ways part and meet again', () => {
    const diamond: SketchNode[] = [
      { id: 'a' },
      { id: 'b', reads: ['a'] },
      { id: 'c', reads: ['a'] },
      { id: 'd', reads: ['b', 'c', 'c'] },
    ];
    expect(shape(plan(diamond))).toEqual(['a+b+c+d']);
  });

  it('keeps what several statements read, and says so', () => {
    const run = plan([
      { id: 'a' },
      { id: 'b', reads: ['a'] },
      { id: 'c', reads: ['b'] },
      { id: 'd', reads: ['b'] },
    ]);
    expect(shape(run)).toEqual(['a+b', 'c', 'd']);
    expect(run.segments[0]?.reason).toBe('2 inputs read it');
    expect(run.segments[1]).toMatchObject({ reads: ['b'], dependsOn: ['b'], target: 'stage' });
  });

  it('keeps what statements read that another cut has parted', () => {
    const run = plan([
      { id: 'a' },
      { id: 'b', reads: ['a'] },
      { id: 'c', reads: ['a'] },
      { id: 'd', reads: ['b', 'c'] },
      { id: 'e', reads: ['c'] },
    ]);
    expect(shape(run)).toEqual(['a', 'c', 'b+d', 'e']);
  });

  it('keeps what several nodes read where the order of its rows is seen', () => {
    const diamond = (ordered: boolean): SketchNode[] => [
      { id: 'a', ordered },
      { id: 'b', reads: ['a'], ordered },
      { id: 'c', reads: ['a'], ordered },
      { id: 'd', reads: ['b', 'c'], ordered },
    ];
    expect(shape(plan(diamond(true)))).toEqual(['a', 'b+c+d']);
    expect(shape(plan(diamond(false)))).toEqual(['a+b+c+d']);
  });

  it('runs master data first and lets everything else wait for it', () => {
    const run = plan([
      { id: 'raw' },
      { id: 'm', reads: ['raw'], node: { masterData: true } },
      { id: 'a' },
      { id: 'b', reads: ['a'], masters: ['m'] },
      { id: 'c' },
    ]);
    expect(shape(run)).toEqual(['raw+m', 'a+b', 'c']);
    expect(run.segments.map((segment) => segment.dependsOn)).toEqual([[], ['m'], ['m']]);
  });

  it('makes each destination the end of its own statement', () => {
    const run = plan([
      { id: 'a' },
      { id: 'f', reads: ['a'] },
      { id: 'out', reads: ['f'], kind: 'destination' },
      { id: 'out2', reads: ['f'], kind: 'destination' },
    ]);
    expect(shape(run)).toEqual(['a+f', 'out', 'out2']);
    expect(run.segments.map((segment) => segment.target)).toEqual(['stage', 'destination', 'destination']);
  });

  it('keeps code apart, and what code reads', () => {
    expect(
      shape(
        plan([
          { id: 'a' },
          { id: 'f', reads: ['a'] },
          { id: 'js', reads: ['f'], kind: 'code' },
          { id: 'g', reads: ['js'] },
        ]),
      ),
    ).toEqual(['a+f', 'js', 'g']);
  });

  it('cuts below a limit, where counting needs every row, and not where the count is known', () => {
    const limited = (relation: SketchNode['relation'], rows: SketchNode['rows']): SketchNode[] => [
      { id: 'a' },
      { id: 'b', reads: ['a'], ...(relation ? { relation } : {}), ...(rows ? { rows } : {}) },
      { id: 'c', reads: ['b'], relation: limitRelation },
    ];
    expect(shape(plan(limited(filterRelation, 'fewer')))).toEqual(['a+b', 'c']);
    expect(shape(plan(limited(filterRelation, 'fewer'), { counts: 'fast' }))).toEqual(['a+b+c']);
    expect(shape(plan(limited(filterRelation, 'same')))).toEqual(['a+b+c']);
    expect(shape(plan(limited(sortRelation, 'same')))).toEqual(['a+b+c']);
    expect(shape(plan([{ id: 'a' }, { id: 'c', reads: ['a'], relation: limitRelation }]))).toEqual(['a+c']);
  });
});

describe('what could come out differently a second time', () => {
  it('is kept as it came: random values, the first rows of no particular order', () => {
    const chance = (rows: 'same' | 'fewer'): SketchNode[] => [
      { id: 'a' },
      { id: 'b', reads: ['a'], volatile: true, rows },
      { id: 'c', reads: ['b'] },
    ];
    expect(shape(plan(chance('same')))).toEqual(['a+b', 'c']);
    // What chooses rows by chance looks at no column, and would go past what counts the rows before it.
    expect(shape(plan(chance('fewer')))).toEqual(['a', 'b', 'c']);
    expect(shape(plan(chance('fewer'), { counts: 'fast' }))).toEqual(['a+b', 'c']);
    const limited = (ordered: boolean): SketchNode[] => [
      { id: 'a', ordered },
      { id: 'b', reads: ['a'], relation: limitRelation, ordered },
      { id: 'c', reads: ['b'] },
    ];
    expect(shape(plan(limited(false)))).toEqual(['a+b', 'c']);
    expect(shape(plan(limited(true)))).toEqual(['a+b+c']);
  });

  it.each([{ timeoutMs: 1000 }, { memoryLimit: '1GB' }])(
    'stands alone with a limit of its own: %j',
    (node) => {
      expect(shape(plan([{ id: 'a' }, { id: 'b', reads: ['a'], node }, { id: 'c', reads: ['b'] }]))).toEqual([
        'a',
        'b',
        'c',
      ]);
    },
  );
});

describe('row order', () => {
  const ordered = (sketch: SketchNode[]) => plan(sketch).segments.map((segment) => segment.ordered);
  const aggregate: Relation = {
    op: 'aggregate',
    input: { op: 'input', port: 'input' },
    groupBy: [],
    aggregates: [],
  };

  it('is kept where the end of a statement promises it', () => {
    expect(
      ordered([
        { id: 'a', ordered: true },
        { id: 'b', reads: ['a'], ordered: true },
      ]),
    ).toEqual([true]);
  });

  it('is given up where nobody can see it', () => {
    expect(
      ordered([
        { id: 'a', ordered: true },
        { id: 'b', reads: ['a'], relation: aggregate },
      ]),
    ).toEqual([false]);
  });

  it('that a sort makes needs no care, not even below a limit; read from a staged result it does', () => {
    const sorted = { id: 'b', reads: ['a'], relation: sortRelation, ordered: true };
    expect(
      ordered([
        { id: 'a', ordered: true },
        sorted,
        { id: 'c', reads: ['b'], ordered: true, rows: 'same' },
        { id: 'd', reads: ['c'], relation: limitRelation, ordered: true },
      ]),
    ).toEqual([false]);
    expect(
      ordered([
        { id: 'a', ordered: true },
        { ...sorted, node: { masterData: true } },
        { id: 'c', reads: ['b'], ordered: true },
      ]),
    ).toEqual([false, true]);
  });

  it('is kept where a node inside depends on it', () => {
    const first: Relation = {
      op: 'aggregate',
      input: { op: 'input', port: 'input' },
      groupBy: [],
      aggregates: [{ name: 'f', expression: { kind: 'call', name: 'first', args: [] } }],
    };
    expect(
      ordered([
        { id: 'a', ordered: true },
        { id: 'b', reads: ['a'], relation: first },
      ]),
    ).toEqual([true]);
  });
});

describe('slices and disabled nodes', () => {
  const sketch: SketchNode[] = [
    { id: 'a' },
    { id: 'b', reads: ['a'] },
    { id: 'c', reads: ['b'] },
    { id: 'x' },
    { id: 'd', reads: ['c', 'x'] },
    { id: 'e', reads: ['a'] },
  ];

  it('to: a node and what it needs', () => {
    expect(plan(sketch, { slice: { to: nodeId('c') } }).nodes).toEqual(['a', 'b', 'c']);
  });
  it('from: a node, what lies below, and what that needs', () => {
    expect(plan(sketch, { slice: { from: nodeId('c') } }).nodes).toEqual(['a', 'b', 'c', 'x', 'd']);
  });
  it('from and to: the way between', () => {
    expect(plan(sketch, { slice: { from: nodeId('b'), to: nodeId('c') } }).nodes).toEqual(['a', 'b', 'c']);
  });
  it('refuses ends that nothing connects, and unknown ones', () => {
    expect(() => plan(sketch, { slice: { from: nodeId('e'), to: nodeId('c') } })).toThrowError(
      /does not depend on/,
    );
    expect(() => plan(sketch, { slice: { to: nodeId('nope') } })).toThrowError(/no node "nope"/);
  });
  it('a disabled node and all that waits for it stand still; the rest runs', () => {
    const off = sketch.map((item) => (item.id === 'b' ? { ...item, node: { disabled: true } } : item));
    const run = plan(off);
    expect(run.disabled).toEqual(['b']);
    expect(run.skipped).toEqual([
      { nodeId: 'c', because: 'b' },
      { nodeId: 'd', because: 'b' },
    ]);
    expect(run.nodes).toEqual(['a', 'x', 'e']);
    expect(run.segments.flatMap((segment) => segment.nodes).sort()).toEqual(['a', 'e', 'x']);
  });
});

describe('reuse', () => {
  const sketch: SketchNode[] = [
    { id: 'a' },
    { id: 'b', reads: ['a'] },
    { id: 'c', reads: ['b'] },
    { id: 'd', reads: ['c'] },
  ];

  it('runs only what lacks a result, reading the one before it', () => {
    const run = plan(sketch, { artefacts: artefacts('b') });
    expect(shape(run)).toEqual(['c+d']);
    expect(run.segments[0]).toMatchObject({ reads: ['b'], dependsOn: [] });
    expect(run.covered).toEqual([{ nodeId: 'a', by: 'b' }]);
    expect(run.reused.map((entry) => entry.nodeId)).toEqual(['b']);
  });
  it('runs again what lies below `from`, whatever exists', () => {
    expect(
      shape(plan(sketch, { artefacts: artefacts('a', 'b', 'c', 'd'), slice: { from: nodeId('c') } })),
    ).toEqual(['c+d']);
  });
  it('runs a node for the one reader that still runs', () => {
    const run = plan([...sketch, { id: 'e', reads: ['a'] }], { artefacts: artefacts('d') });
    expect(shape(run)).toEqual(['a+e']);
    expect(run.covered.map((entry) => entry.nodeId)).toEqual(['b', 'c']);
  });
});

describe('mode', () => {
  const code: SketchNode[] = [
    { id: 'a', estimatedRows: 100 },
    { id: 'js', reads: ['a'], kind: 'code' },
  ];

  it('is duckdb where everything is SQL', () => expect(plan(chain(2)).mode).toBe('duckdb'));
  it('is memory for code over few rows, and says how many', () => {
    expect(plan(code)).toMatchObject({
      mode: 'memory',
      engine: 'memory',
      modeReason: expect.stringContaining('about 100 rows') as string,
    });
  });
  it('is duckdb for code over many rows or over an unknown number', () => {
    expect(
      plan([
        { id: 'a', estimatedRows: 1e6 },
        { id: 'js', reads: ['a'], kind: 'code' },
      ]).mode,
    ).toBe('duckdb');
    expect(plan([{ id: 'a' }, { id: 'js', reads: ['a'], kind: 'code' }]).mode).toBe('duckdb');
  });
  it('refuses distributed', () =>
    expect(() => plan(code, { mode: 'distributed' })).toThrowError(/no Spark Connect server/));
});

/** Random DAGs: node i reads any nodes before it; some are masters, destinations, disabled, limits, code. */
const dag = fc
  .array(
    fc.record({
      reads: fc.array(fc.nat(1000), { maxLength: 3 }),
      flavour: fc.constantFrom('plain', 'plain', 'plain', 'limit', 'master', 'code', 'disabled'),
      master: fc.option(fc.nat(1000)),
    }),
    { minLength: 1, maxLength: 40 },
  )
  .map((items) =>
    items.map((item, index): SketchNode => {
      const reads = index === 0 ? [] : [...new Set(item.reads.map((at) => at % index))];
      const masters =
        index > 0 && item.master !== null && items[item.master % index]?.flavour === 'master'
          ? [`n${item.master % index}`]
          : [];
      return {
        id: `n${index}`,
        reads: reads.map((at) => `n${at}`),
        masters,
        ...(item.flavour === 'limit' && reads.length > 0 ? { relation: limitRelation } : {}),
        ...(item.flavour === 'code' && reads.length > 0 ? { kind: 'code' as const } : {}),
        node: { masterData: item.flavour === 'master', disabled: item.flavour === 'disabled' },
      };
    }),
  );

describe('on any graph', () => {
  it('every node that runs is in one segment once, reads come earlier, and only roots are read from outside', () => {
    fc.assert(
      fc.property(
        dag,
        fc.constantFrom('auto' as const, 'all' as const),
        fc.array(fc.nat(39)),
        (sketch, staging, kept) => {
          const run = plan(sketch, {
            staging,
            artefacts: artefacts(...kept.map((at) => `n${at % sketch.length}`)),
          });
          const bound = new Map(run.graph.nodes.map((node) => [node.id, node]));
          const placed = run.segments.flatMap((segment) => segment.nodes);
          const settled = [
            ...run.reused.map((entry) => entry.nodeId),
            ...run.covered.map((entry) => entry.nodeId),
          ];
          expect([...placed, ...settled].sort()).toEqual([...run.nodes].sort());
          expect([...run.nodes, ...run.disabled, ...run.skipped.map((entry) => entry.nodeId)]).toHaveLength(
            sketch.length,
          );

          const available = new Set(run.reused.map((entry) => entry.nodeId));
          const done = new Set<string>();
          for (const segment of run.segments) {
            expect(segment.nodes.at(-1)).toBe(segment.output);
            for (const id of segment.reads) expect(available).toContain(id);
            for (const id of segment.dependsOn) expect(done).toContain(id);
            const inside = new Set(segment.nodes);
            for (const id of segment.nodes) {
              for (const input of inputsOf(bound.get(id) ?? expect.fail()))
                expect(inside.has(input) || segment.reads.includes(input)).toBe(true);
              if (id === segment.output) continue;
              const readers = run.segments.filter((other) =>
                other.nodes.some((reader) => inputsOf(bound.get(reader) ?? expect.fail()).includes(id)),
              );
              expect(readers).toEqual([segment]);
            }
            available.add(segment.output);
            done.add(segment.id);
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});
