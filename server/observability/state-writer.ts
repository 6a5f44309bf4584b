import type { Database } from '#server/supabase/rows.ts';
import type { ServiceClient } from '#server/supabase/service-client.ts';
import type { NodeRunRow } from './node-run-row.ts';

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
    this.#nodes.set(`${row.run_id} ${row.node_id}`, row);
    this.#schedule();
  }

  run(runId: string, update: RunUpdate): void {
    this.#runs.set(runId, { ...this.#runs.get(runId), ...update });
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
      await this.#options.client
        .from('node_runs')
        .upsert(chunk, { onConflict: 'run_id,node_id' })
        .throwOnError();
      for (const row of chunk) nodes.delete(`${row.run_id} ${row.node_id}`);
    }
  }

  async #writeRuns(runs: Map<string, RunUpdate>): Promise<void> {
    for (const [id, update] of runs) {
      await this.#options.client
        .from('runs')
        .update(update)
        .eq('id', id)
        .eq('runner_id', this.#options.runnerId)
        .throwOnError();
      runs.delete(id);
    }
  }
}
