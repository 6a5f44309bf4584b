import { storable } from '#lib/contracts/stored-text.ts';
import type { Database } from '#server/supabase/rows.ts';
import type { ServiceClient } from '#server/supabase/service-client.ts';
import type { NodeRunRow } from './node-run-row.ts';
import { isRefusal } from './refusal.ts';

export type RunUpdate = Database['public']['Tables']['runs']['Update'];

export interface StateWriterOptions {
  client: ServiceClient;
  /** Only rows of runs that this runner holds are written. */
  runnerId: string;
  /** Told when the database goes away and when it is back. */
  onTrouble: (message: string, error: unknown) => void;
}

/** Changes within this time are written together; the live stream does not wait for it. */
const BATCH_MS = 60;
const ROWS_PER_CALL = 200;
const RETRY_MS = { first: 250, longest: 10_000 };

/**
 * Writes what runs and nodes have become. Nothing is dropped: while the database is away, changes gather here (the
 * newest state of each node and run, so memory is bounded by what runs) and are written when it is back. Within a run
 * the nodes' rows are written before the run's own, so that a finished run has all its nodes.
 */
export class StateWriter {
  readonly #options: StateWriterOptions;
  #nodes = new Map<string, NodeRunRow>();
  #runs = new Map<string, RunUpdate>();
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<void> | null = null;
  #retryMs = 0;

  constructor(options: StateWriterOptions) {
    this.#options = options;
  }

  node(row: NodeRunRow): void {
    this.#nodes.set(`${row.run_id} ${row.node_id}`, storable(row));
    this.#schedule();
  }

  run(runId: string, update: RunUpdate): void {
    this.#runs.set(runId, { ...this.#runs.get(runId), ...storable(update) });
    this.#schedule();
  }

  /** Resolves when everything told so far is in the database, or after the deadline with `false`. */
  async flush(deadlineMs: number): Promise<boolean> {
    const end = Date.now() + deadlineMs;
    while (this.#pending() && Date.now() < end) {
      this.#schedule(0);
      await (this.#writing ?? new Promise((resolve) => setTimeout(resolve, 10)));
    }
    return !this.#pending();
  }

  #pending(): boolean {
    return this.#nodes.size > 0 || this.#runs.size > 0 || this.#writing !== null;
  }

  #schedule(afterMs = BATCH_MS + this.#retryMs): void {
    if (this.#writing) return;
    if (this.#timer && afterMs > 0) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#writing ??= this.#write().finally(() => {
        this.#writing = null;
        if (this.#nodes.size > 0 || this.#runs.size > 0) this.#schedule();
      });
    }, afterMs);
  }

  async #write(): Promise<void> {
    const nodes = this.#nodes;
    const runs = this.#runs;
    this.#nodes = new Map();
    this.#runs = new Map();
    try {
      await this.#writeNodes(nodes);
      await this.#writeRuns(runs);
      if (this.#retryMs > 0)
        this.#options.onTrouble('The database is back; what had gathered is written.', null);
      this.#retryMs = 0;
    } catch (error) {
      // What has been told since is newer and stays.
      this.#nodes = new Map([...nodes, ...this.#nodes]);
      for (const [id, update] of runs) this.#runs.set(id, { ...update, ...this.#runs.get(id) });
      if (this.#retryMs === 0)
        this.#options.onTrouble('Run states cannot be written; they are kept and written later.', error);
      this.#retryMs = Math.min(RETRY_MS.longest, Math.max(RETRY_MS.first, this.#retryMs * 2));
    }
  }

  async #writeNodes(nodes: Map<string, NodeRunRow>): Promise<void> {
    const rows = [...nodes.values()];
    for (let at = 0; at < rows.length; at += ROWS_PER_CALL) {
      const chunk = rows.slice(at, at + ROWS_PER_CALL);
      await this.#writeTogether(chunk);
      for (const row of chunk) nodes.delete(`${row.run_id} ${row.node_id}`);
    }
  }

  /** A row that the database refuses (its run is deleted meanwhile) is given up alone, and holds up no other. */
  async #writeTogether(rows: NodeRunRow[]): Promise<void> {
    const answer = await this.#options.client
      .from('node_runs')
      .upsert(rows, { onConflict: 'run_id,node_id' });
    if (!answer.error) return;
    if (!isRefusal(answer.error.code)) throw answer.error;
    if (rows.length > 1) for (const row of rows) await this.#writeTogether([row]);
    else
      this.#options.onTrouble(
        `The state of node ${rows[0]?.node_id} of run ${rows[0]?.run_id} was refused.`,
        answer.error,
      );
  }

  async #writeRuns(runs: Map<string, RunUpdate>): Promise<void> {
    for (const [id, update] of runs) {
      const answer = await this.#options.client
        .from('runs')
        .update(update)
        .eq('id', id)
        .eq('runner_id', this.#options.runnerId);
      if (answer.error && !isRefusal(answer.error.code)) throw answer.error;
      if (answer.error) this.#options.onTrouble(`The state of run ${id} was refused.`, answer.error);
      runs.delete(id);
    }
  }
}
