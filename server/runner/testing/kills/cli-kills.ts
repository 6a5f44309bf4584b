import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunReport } from '#lib/contracts/run-record.ts';
import { storeFolder } from '../../staging/result-store.ts';
import { runAndKill, runToTheEnd } from './cli-runs.ts';
import { halfWritten, leftovers, Reader, replaceOutputs, type Content } from './outputs.ts';
import { PIPELINES, writeInputs, type KilledPipeline } from './pipelines.ts';

/** What became of one kill. `troubles` is empty when all is as it must be. */
export interface KillOutcome {
  target: string;
  pipeline: string;
  /** Milliseconds from the beginning of the run. */
  afterMs: number;
  /** False where the run had ended before it could be killed: no kill, and not counted as one. */
  hit: boolean;
  troubles: string[];
}

/** How a pipeline runs when nobody disturbs it. */
export interface Undisturbed {
  expected: Record<string, Content>;
  /** Outputs of another version of the pipeline, which a run finds in its place. */
  oldFolder: string;
  old: Record<string, Content>;
  counts: string;
  durationMs: number;
}

/** Kills of the `sluice run` process. */
export class CliKills {
  readonly #folder: string;
  readonly #reader: Reader;
  readonly #undisturbed = new Map<string, Undisturbed>();

  /** Rows of the table that the pipelines read. */
  readonly rows: number;

  private constructor(folder: string, rows: number, reader: Reader) {
    this.#folder = folder;
    this.rows = rows;
    this.#reader = reader;
  }

  /** Works below `folder`, which it fills. */
  static async open(folder: string, rows: number): Promise<CliKills> {
    await writeInputs(path.join(folder, 'work'), rows);
    return new CliKills(folder, rows, await Reader.open());
  }

  /** Kills a run of a pipeline somewhere in its course, and carries it on. `random` gives numbers from 0 to 1. */
  async kill(pipeline: KilledPipeline, random: () => number): Promise<KillOutcome> {
    const calm = await this.undisturbed(pipeline);
    const work = path.join(this.#folder, 'work');
    const dataDirectory = path.join(this.#folder, 'killed-data');
    const run = { document: await this.#document(pipeline), dataDirectory };
    // Otherwise an earlier round's results leave nothing to do.
    await rm(storeFolder(dataDirectory), { recursive: true, force: true });
    const startsEmpty = random() < 0.3;
    await replaceOutputs(work, startsEmpty ? null : calm.oldFolder);
    const before = startsEmpty
      ? Object.fromEntries(pipeline.outputs.map((output) => [output, 'absent']))
      : calm.old;
    const afterMs = Math.round(random() * calm.durationMs);
    const { runId, wasRunning } = await runAndKill(run, afterMs);
    const after = await this.#reader.contents(work, pipeline);
    const besides = await leftovers(path.join(work, 'out'));
    const troubles = halfWritten(after, { before, expected: calm.expected, besides });
    const byResume = random() < 0.6;
    const report = await runToTheEnd({ ...run, more: byResume ? ['--resume', runId] : [] });
    troubles.push(...(await this.#faultsOf(report, pipeline, calm)));
    return { target: 'sluice run', pipeline: pipeline.name, afterMs, hit: wasRunning, troubles };
  }

  /** Outputs and counts of runs that nobody kills; made once for each pipeline. */
  async undisturbed(pipeline: KilledPipeline): Promise<Undisturbed> {
    const known = this.#undisturbed.get(pipeline.name);
    if (known) return known;
    const work = path.join(this.#folder, 'work');
    const document = await this.#document(pipeline);
    const run = (least: number, folder: string) =>
      runToTheEnd({
        document,
        dataDirectory: path.join(this.#folder, folder),
        more: ['--param', `least=${least}`],
      });
    const oldFolder = path.join(this.#folder, `old-${pipeline.name}`);
    await replaceOutputs(work, null);
    await run(Math.floor(this.rows / 2), 'calm-data');
    await replaceOutputs(oldFolder, work);
    const old = await this.#reader.contents(work, pipeline);
    const report = await run(1, 'calm-data');
    const expected = await this.#reader.contents(work, pipeline);
    const found = {
      expected,
      oldFolder,
      old,
      counts: countsOf(report.nodes),
      durationMs: report.durationMs ?? 0,
    };
    this.#undisturbed.set(pipeline.name, found);
    return found;
  }

  async #faultsOf(report: RunReport, pipeline: KilledPipeline, calm: Undisturbed): Promise<string[]> {
    const work = path.join(this.#folder, 'work');
    const troubles: string[] = [];
    if (report.status !== 'succeeded')
      troubles.push(`carried on, it ${report.status}: ${report.error?.message}`);
    const contents = await this.#reader.contents(work, pipeline);
    for (const [output, content] of Object.entries(contents))
      if (content !== calm.expected[output]) troubles.push(`carried on, ${output} is ${content}`);
    if (countsOf(report.nodes) !== calm.counts)
      troubles.push(`counts ${countsOf(report.nodes)} instead of ${calm.counts}`);
    const left = await leftovers(path.join(work, 'out'));
    if (left.length > 0) troubles.push(`left behind: ${left.join(', ')}`);
    return troubles;
  }

  async #document(pipeline: KilledPipeline): Promise<string> {
    const file = path.join(this.#folder, 'work', `${pipeline.name}.json`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, JSON.stringify(pipeline.document));
    return file;
  }
}

/** Counts in one line, to be compared. */
export function countsOf(nodes: readonly { id: string; rowsOut: number | null }[]): string {
  return nodes
    .map(({ id, rowsOut }) => `${id} ${rowsOut}`)
    .sort()
    .join(', ');
}

/** The pipelines in turn. */
export function pipelineAt(index: number): KilledPipeline {
  const found = PIPELINES[index % PIPELINES.length];
  if (!found) throw new Error('there are pipelines');
  return found;
}

/** Numbers from 0 to 1, the same for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
