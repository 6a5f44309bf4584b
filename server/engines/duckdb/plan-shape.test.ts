import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fenced, readFences, rowsOf } from './fences.ts';
import { LockedInstance } from './instance.ts';
import { readPlan, type PlanOperator } from './plan-tree.ts';
import { readText } from './read-rows.ts';

/**
 * Counting leans on how this one version of DuckDB plans. When an upgrade changes a shape below, look whether counts are
 * still the truth (counting.test.ts, with some thousand runs) before the shape here is changed.
 */
let ordered: LockedInstance;
let unordered: LockedInstance;
beforeAll(async () => {
  const settings = {
    allowedDirectories: [],
    allowedPaths: [],
    tempDirectory: null,
    memoryLimitBytes: 512 * 1024 * 1024,
    threads: 2,
    connections: 1,
  };
  ordered = await LockedInstance.open({ ...settings, preserveInsertionOrder: true });
  unordered = await LockedInstance.open({ ...settings, preserveInsertionOrder: false });
});
afterAll(async () => {
  await ordered.close();
  await unordered.close();
});

async function plan(sql: string, instance = unordered): Promise<PlanOperator> {
  return readPlan(
    await instance.use((connection) => readText(connection, `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`, {}, 1)),
  ).root;
}

/** `JOIN(a, b)`, one operator inside another; rows where they are told. */
function shape(operator: PlanOperator): string {
  const children = operator.children.map(shape).join(', ');
  return `${operator.type} ${operator.rows}${children ? ` < ${operator.children.length > 1 ? `(${children})` : children}` : ''}`;
}

const SOURCE = 'SELECT range * 1 AS i, range % 10 AS k FROM range(100000)';

describe('this version of DuckDB', () => {
  it('is the one that counting was held against', async () => {
    expect(await unordered.use((connection) => readText(connection, 'SELECT version()'))).toBe('v1.5.6');
  });

  it("shows a fence as a projection of the node's own rows, and prunes columns through it", async () => {
    const sql = `WITH a AS (${fenced(SOURCE, 17)}), b AS (SELECT * FROM a WHERE k < 5) SELECT k, count(*) FROM b GROUP BY k`;
    for (const instance of [ordered, unordered]) {
      const root = await plan(sql, instance);
      expect(shape(root)).toBe(
        'HASH_GROUP_BY 5 < PROJECTION 50000 < PROJECTION 50000 < FILTER 50000 < PROJECTION 100000 < PROJECTION 100000 < TABLE_SCAN 100000',
      );
      expect(readFences(root)).toEqual(new Map([[17, { exact: 100_000, atLeast: 100_000 }]]));
    }
  });

  it('computes a fenced node in parallel, also where rows keep their order', async () => {
    const sql = (source: string) => `SELECT * FROM (${source}) WHERE md5(i::VARCHAR) > '0'`;
    // A limit that keeps order is the kind of fence that is not parallel: the operator that must not come back.
    expect(shape(await plan(sql(fenced(SOURCE, 17)), ordered))).not.toContain('LIMIT');
  });

  it('moves the filter into the node below where there is no fence', async () => {
    const found = shape(
      await plan(
        `WITH a AS (SELECT * FROM (${SOURCE}) WHERE i > 10), b AS (SELECT * FROM a WHERE k < 5) SELECT * FROM b`,
      ),
    );
    expect(found).not.toContain('STREAMING_LIMIT');
    expect(found.match(/FILTER/g)).toHaveLength(1);
  });

  it('keeps a LIMIT apart from the fence below it', async () => {
    for (const instance of [ordered, unordered]) {
      const root = await plan(`WITH a AS (${fenced(SOURCE, 17)}) SELECT * FROM a LIMIT 10`, instance);
      expect(shape(root)).toMatch(/^STREAMING_LIMIT 10 < PROJECTION \d+ < FILTER \d+ < PROJECTION \d+/);
      expect(readFences(root).get(17)).toMatchObject({ exact: null });
    }
  });

  it("sends no top-N's filter through a fence, nor the keys of a join", async () => {
    const topN = await plan(`WITH a AS (${fenced(SOURCE, 17)}) SELECT * FROM a ORDER BY i LIMIT 10`);
    expect(shape(topN)).toMatch(/^TOP_N 10 < PROJECTION 100000 < FILTER 100000 < PROJECTION 100000/);
    const join = await plan(
      `WITH a AS (${fenced(SOURCE, 17)}), b AS (${fenced('SELECT range * 1 AS i FROM range(10)', 18)}) SELECT a.* FROM a JOIN b USING (i)`,
    );
    expect([topN, join].map((root) => readFences(root).get(17)?.exact)).toEqual([100_000, 100_000]);
  });

  it("lifts no condition over a join, and so none out of its own node's fence", async () => {
    const node = fenced(
      'SELECT range * 1 AS i, range % 10 AS k FROM range(100000) t WHERE range % 7 > 2',
      17,
      ['i'],
    );
    for (const how of ['JOIN', 'LEFT JOIN', 'SEMI JOIN', 'ANTI JOIN']) {
      const root = await plan(
        `WITH a AS (${node}) SELECT a.* FROM a ${how} (SELECT range * 1 AS i FROM range(10)) b USING (i)`,
      );
      expect([how, readFences(root).get(17)?.exact]).toEqual([how, 57_142]);
    }
  });

  it('does not read the first side of a join whose second is empty', async () => {
    const root = await plan(
      `WITH a AS (${fenced(SOURCE, 17)}), b AS (${fenced('SELECT range * 1 AS i FROM range(10) WHERE range * 1 > 20', 18)}) SELECT a.* FROM a JOIN b USING (i)`,
    );
    expect(root.type).toMatch(/HASH_JOIN|PROJECTION/);
    expect(readFences(root).get(18)).toEqual({ exact: 0, atLeast: 0 });
    expect(readFences(root).get(17)?.exact).toBeNull();
  });

  it('computes once what a query reads twice', async () => {
    const root = await plan(`WITH a AS (${fenced(SOURCE, 17)}) SELECT count(*) FROM a JOIN a b USING (i)`);
    expect(readFences(root).get(17)).toEqual({ exact: 100_000, atLeast: 100_000 });
  });

  it('does not count in a union what comes from a table that is computed once', async () => {
    const root = await plan(
      `SELECT * FROM (WITH a AS MATERIALIZED (${SOURCE}) SELECT a.i FROM a JOIN (SELECT max(i) AS i FROM a) m ON a.i = m.i) UNION ALL SELECT 1 WHERE 1 = 0 + (SELECT count(*) FROM range(3))`,
    );
    expect(rowsOf(root)).toBe(1);
  });

  it('takes a tag for constant within a chunk: a fence costs next to nothing', async () => {
    const time = async (sql: string) => {
      const started = performance.now();
      await plan(sql);
      return performance.now() - started;
    };
    const work = 'SELECT range * 1 AS i, hash(range) % 1000 AS k FROM range(3000000)';
    const sum = (source: string) => `SELECT k, sum(i) FROM (${source}) GROUP BY k`;
    const ratios: number[] = [];
    for (let round = 0; round < 5; round++) {
      const plain = await time(sum(work));
      ratios.push((await time(sum(fenced(work, 17)))) / plain);
    }
    // A random() in its place would cost 12 ns a row, half as much again; a loaded machine is allowed some noise.
    expect(Math.min(...ratios)).toBeLessThan(1.25);
  });
});
