import { describe, expect, it } from 'vitest';
import { AppError } from '#lib/errors/app-error.ts';
import { nodeId } from '#lib/graph/ids.ts';
import { planRun } from '#lib/plan/plan-run.ts';
import { sketchGraph, type SketchNode } from '#lib/plan/testing/sketch-graph.ts';
import { openEngine } from '#server/engines/duckdb/open-engine.ts';
import { SeparateStatements, type OwnDatabase } from './separate-statements.ts';

const outOfMemory = (sql: string) => new AppError('out-of-memory', 'full', { sql });

function separate(sketch: SketchNode[]) {
  const graph = sketchGraph(sketch);
  const opened: OwnDatabase[] = [];
  const open = (own: OwnDatabase) => {
    opened.push(own);
    return openEngine({
      directories: [],
      files: [],
      tempDirectory: '/tmp/sluice-separate-statements',
      memoryLimitBytes: 200e6,
      threads: 1,
      concurrency: 1,
      orders: 'unordered',
    });
  };
  const { segments } = planRun(graph, {
    staging: 'all',
    counts: 'exact',
    mode: 'duckdb',
    slice: {},
    artefacts: new Map(),
  });
  const segmentOf = (id: string) => {
    const found = segments.find(({ output }) => output === nodeId(id));
    if (!found) throw new Error(`no segment ends in ${id}`);
    return found;
  };
  const statements = new SeparateStatements(new Map(graph.nodes.map((node) => [node.id, node])), open);
  return {
    statements,
    segmentOf,
    opened,
    shared: open({ ordered: false, memoryLimitBytes: null, threads: null }),
  };
}

const sketch: SketchNode[] = [
  { id: 'a' },
  { id: 'b', reads: ['a'], node: { memoryLimit: '150MB' } },
  { id: 'code', reads: ['a'], kind: 'code', node: { memoryLimit: '150MB' } },
];

describe('statements by themselves', () => {
  it('are those of nodes with a memory limit, but for code, whose sandbox has it', async () => {
    const { statements, segmentOf, opened, shared } = separate(sketch);
    expect(['a', 'b', 'code'].map((id) => statements.has(segmentOf(id)))).toEqual([false, true, false]);
    await statements.use(segmentOf('a'), shared, (engine) => Promise.resolve(expect(engine).toBe(shared)));
    await statements.use(segmentOf('b'), shared, (engine) =>
      Promise.resolve(expect(engine).not.toBe(shared)),
    );
    expect(opened.slice(1)).toEqual([
      { ordered: segmentOf('b').ordered, memoryLimitBytes: 150e6, threads: null },
    ]);
    await shared.close();
  });

  it('are second tries after memory ran out: one for each, with one thread', async () => {
    const { statements, segmentOf, opened, shared } = separate(sketch);
    const a = segmentOf('a');
    expect(statements.tryAgain(a, new AppError('bad-cast', 'no'))).toBe(false);
    expect(statements.tryAgain(a, outOfMemory('SELECT * FROM t ORDER BY v'))).toBe(true);
    expect(statements.has(a)).toBe(true);
    expect(statements.tryAgain(a, outOfMemory('SELECT * FROM t ORDER BY v'))).toBe(false);
    await statements.use(a, shared, () => Promise.resolve());
    expect(opened.at(-1)).toMatchObject({ memoryLimitBytes: null, threads: 1 });
    await shared.close();
  });

  it('are not tried again where another try could only fail', async () => {
    const { statements, segmentOf, shared } = separate(sketch);
    expect(statements.tryAgain(segmentOf('a'), outOfMemory('SELECT list(v) FROM t'))).toBe(false);
    expect(statements.tryAgain(segmentOf('code'), outOfMemory('SELECT 1'))).toBe(false);
    await shared.close();
  });
});
