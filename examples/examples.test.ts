import { existsSync } from 'node:fs';
import { readdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readDocumentText } from '#lib/document/read.ts';
import { Workbench } from '#server/runner/testing/workbench.ts';

// Each example's outputs against SQL written by hand over the same data.

const EXAMPLES = path.dirname(fileURLToPath(import.meta.url));
const DATA = path.join(EXAMPLES, 'data');

interface Expectation {
  output: string;
  sql: (data: string) => string;
}

const EXPECTED: Record<string, Expectation[]> = {
  'minutes-lost-by-state.yaml': [
    {
      output: 'out/minutes-lost-by-state.parquet',
      sql: (data) => `
        SELECT a.state, count(*) AS late_flights, sum(f.delay)::HUGEINT AS minutes_lost,
          round(sum(f.delay) / count(*), 1) AS minutes_per_flight
        FROM '${data}/flights-3m.parquet' f, '${data}/airports.csv' a
        WHERE a.iata = f.origin AND a.country = 'USA' AND f.delay >= 15
        GROUP BY ALL ORDER BY minutes_lost DESC, a.state`,
    },
    {
      output: 'out/ten-worst-states.csv',
      sql: (data) => `
        SELECT a.state, count(*) AS late_flights, sum(f.delay)::BIGINT AS minutes_lost,
          round(sum(f.delay) / count(*), 1) AS minutes_per_flight
        FROM '${data}/flights-3m.parquet' f, '${data}/airports.csv' a
        WHERE a.iata = f.origin AND a.country = 'USA' AND f.delay >= 15
        GROUP BY ALL ORDER BY minutes_lost DESC, a.state LIMIT 10`,
    },
  ],
  'best-films-by-genre.yaml': [
    {
      output: 'out/best-films-by-genre.csv',
      sql: (data) => `
        WITH films AS (
          SELECT trim(Title ->> '$') AS title, year(strptime("Release Date", '%b %d %Y')) AS year, "Major Genre" AS genre,
            Director AS director, "IMDB Rating" AS rating, "IMDB Votes" AS votes
          FROM '${data}/movies.json'),
        single AS (
          SELECT DISTINCT ON (title, year) * FROM films
          WHERE title IS NOT NULL AND year BETWEEN 1900 AND 2011
          ORDER BY title, year, votes DESC NULLS LAST)
        SELECT genre, row_number() OVER (PARTITION BY genre ORDER BY rating DESC, votes DESC, title) AS place,
          title, year, director, rating, votes
        FROM single WHERE genre IS NOT NULL AND votes >= 20000
        QUALIFY place <= 3 ORDER BY genre, place`,
    },
  ],
  'what-bird-strikes-cost.yaml': [
    {
      output: 'out/bird-strikes-by-phase.csv',
      sql: (data) => `
        SELECT "Phase of flight" AS phase,
          coalesce(sum("Cost Total $") FILTER ("Wildlife Size" = 'Small'), 0)::BIGINT AS "Small",
          coalesce(sum("Cost Total $") FILTER ("Wildlife Size" = 'Medium'), 0)::BIGINT AS "Medium",
          coalesce(sum("Cost Total $") FILTER ("Wildlife Size" = 'Large'), 0)::BIGINT AS "Large",
          sum("Cost Total $")::BIGINT AS total
        FROM '${data}/birdstrikes.csv' WHERE "Cost Total $" > 0 GROUP BY ALL ORDER BY total DESC`,
    },
    {
      output: 'out/bird-strikes-by-year.csv',
      sql: (data) => `
        WITH yearly AS (
          SELECT year("Flight Date") AS year, count(*) AS strikes, sum("Cost Total $")::BIGINT AS cost, max("Cost Total $") AS dearest
          FROM '${data}/birdstrikes.csv' WHERE "Cost Total $" > 0 GROUP BY ALL)
        SELECT *, cost - year_before AS change FROM (SELECT year, strikes, cost, dearest,
          (SELECT b.cost FROM yearly b WHERE b.year = (SELECT max(c.year) FROM yearly c WHERE c.year < a.year)) AS year_before,
          (SELECT sum(b.cost) FROM yearly b WHERE b.year <= a.year)::BIGINT AS so_far
        FROM yearly a) ORDER BY year`,
    },
  ],
  'two-cities-four-years.yaml': [
    {
      output: 'out/rain-by-year.csv',
      sql: (data) => `
        SELECT location, ${[2012, 2013, 2014, 2015].map((year) => `round(sum(precipitation) FILTER (year(date) = ${year}), 1) AS "${year}"`).join(', ')}
        FROM '${data}/weather.csv' GROUP BY location ORDER BY location`,
    },
    {
      output: 'out/extreme-days.parquet',
      sql: (data) => `
        SELECT month(date) AS month,
          count(*) FILTER (location = 'Seattle' AND temp_max >= 30) AS seattle_hot,
          count(*) FILTER (location = 'Seattle' AND temp_min < 0) AS seattle_frosty,
          count(*) FILTER (location = 'New York' AND temp_max >= 30) AS new_york_hot,
          count(*) FILTER (location = 'New York' AND temp_min < 0) AS new_york_frosty
        FROM '${data}/weather.csv' GROUP BY 1
        HAVING count(*) FILTER (temp_max >= 30 OR temp_min < 0) > 0 ORDER BY month`,
    },
  ],
};

let bench: Workbench;
let database: DuckDBConnection;

beforeAll(async () => {
  if (!existsSync(path.join(DATA, 'flights-3m.parquet'))) throw new Error('The example data is not there: `npm start` and `npm test` lay it.');
  bench = await Workbench.open();
  await symlink(DATA, bench.path('data'));
  database = await (await DuckDBInstance.create(':memory:')).connect();
});
afterAll(async () => {
  database.closeSync();
  await bench.close();
});

/** Rows in order; as text, with numbers in one spelling, since CSV has no types. */
async function rowsOf(sql: string): Promise<unknown[][]> {
  const result = await database.runAndReadAll(sql);
  return result.getRowsJson().map((row) => row.map((cell) => (cell === null || cell === '' || Number.isNaN(Number(cell)) ? cell : Number(cell))));
}

describe('every example', () => {
  it('has an expectation here', async () => {
    const files = (await readdir(EXAMPLES)).filter((name) => name.endsWith('.yaml'));
    expect(files.sort()).toEqual(Object.keys(EXPECTED).sort());
  });

  it.each(Object.keys(EXPECTED))('%s gives what SQL by hand gives, in its order', async (name) => {
    const read = readDocumentText(await readFile(path.join(EXAMPLES, name), 'utf8'));
    expect(read.faults).toEqual([]);
    const { report } = await bench.run({ nodes: {} }, { document: read });
    expect(report.nodes.filter((node) => node.status !== 'succeeded').map(({ id, error }) => [id, error?.message])).toEqual([]);
    for (const { output, sql } of EXPECTED[name] ?? []) {
      const file = bench.path(output);
      const made = await rowsOf(`SELECT * FROM ${output.endsWith('.csv') ? `read_csv('${file}', header = true)` : `'${file}'`}`);
      expect(made.length).toBeGreaterThan(1);
      expect(made).toEqual(await rowsOf(sql(DATA)));
    }
  });
});
