import type { LogLevel } from '#lib/contracts/events.ts';
import { storable } from '#lib/contracts/stored-text.ts';
import type { Database } from '#server/supabase/rows.ts';
import type { ServiceClient } from '#server/supabase/service-client.ts';
import { isRefusal } from './refusal.ts';

export interface LogLine {
  workspaceId: string;
  runId: string | null;
  nodeId: string | null;
  level: LogLevel;
  message: string;
  fields?: Record<string, unknown>;
}

type LogRow = Database['public']['Tables']['observability_logs']['Insert'];

/** Lines that wait for the database; beyond it the oldest are given up, and the log says how many. */
const QUEUE_LINES = 20_000;
const LINES_PER_CALL = 500;
const BATCH_MS = 200;
const RETRY_MS = 2_000;
const MESSAGE_LIMIT = 16_000;

/**
 * The log that people read with a run. Writing never waits for the database and never fails a run: lines queue up, go
 * out in batches, and when the database is away for long the oldest are lost, which the log then says.
 */
export class LogWriter {
  readonly #client: ServiceClient;
  readonly #queue: LogRow[] = [];
  /** Lines given up, by workspace. */
  readonly #lost = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #writing: Promise<boolean> | null = null;

  constructor(client: ServiceClient) {
    this.#client = client;
  }

  write(line: LogLine): void {
    const { workspaceId, runId, nodeId, level, message, fields } = line;
    this.#queue.push({
      workspace_id: workspaceId,
      run_id: runId,
      node_id: nodeId,
      at: new Date().toISOString(),
      level,
      message: storable(message.slice(0, MESSAGE_LIMIT)),
      fields: storable(fields ?? null),
    });
    if (this.#queue.length > QUEUE_LINES)
      this.#giveUp(this.#queue.splice(0, this.#queue.length - QUEUE_LINES));
    this.#schedule(BATCH_MS);
  }

  /** Resolves when every line is written, or after the deadline with `false`. */
  async flush(deadlineMs: number): Promise<boolean> {
    const end = Date.now() + deadlineMs;
    while (this.#isPending() && Date.now() < end) {
      if (!(await this.#write())) await new Promise((resolve) => setTimeout(resolve, 50));
    }
    return !this.#isPending();
  }

  #isPending(): boolean {
    return this.#queue.length > 0 || this.#lost.size > 0;
  }

  #giveUp(lines: readonly LogRow[]): void {
    for (const { workspace_id: id } of lines) this.#lost.set(id, (this.#lost.get(id) ?? 0) + 1);
  }

  #schedule(afterMs: number): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      void this.#write().then((written) => {
        if (this.#isPending()) this.#schedule(written ? 0 : RETRY_MS);
      });
    }, afterMs);
  }

  /** One batch; false when the database did not take it. */
  #write(): Promise<boolean> {
    this.#writing ??= this.#writeBatch().finally(() => {
      this.#writing = null;
    });
    return this.#writing;
  }

  async #writeBatch(): Promise<boolean> {
    const batch = this.#queue.splice(0, LINES_PER_CALL);
    if (batch.length === 0 && this.#lost.size === 0) return true;
    const lost = [...this.#lost];
    // What is lost while this is written is for the next notice.
    this.#lost.clear();
    const notices = lost.map(([workspaceId, lines]): LogRow => ({
      workspace_id: workspaceId,
      run_id: null,
      node_id: null,
      at: new Date().toISOString(),
      level: 'warn',
      message: `${lines} log lines were lost while the database was away.`,
      fields: null,
    }));
    const refused: LogRow[] = [];
    if (!(await this.#insert([...notices, ...batch], refused))) {
      this.#queue.unshift(...batch);
      for (const [id, lines] of lost) this.#lost.set(id, (this.#lost.get(id) ?? 0) + lines);
      return false;
    }
    this.#giveUp(refused.filter((line) => !notices.includes(line)));
    return true;
  }

  /**
   * Writes lines; false when the database is away. Those that it refuses (their run is deleted meanwhile) would be
   * refused for ever: halving finds them, so that they take no other along.
   */
  async #insert(lines: LogRow[], refused: LogRow[]): Promise<boolean> {
    const { error } = await this.#client.from('observability_logs').insert(lines);
    if (!error) return true;
    if (!isRefusal(error.code)) return false;
    if (lines.length === 1) {
      refused.push(...lines);
      return true;
    }
    const middle = Math.ceil(lines.length / 2);
    return (
      (await this.#insert(lines.slice(0, middle), refused)) &&
      (await this.#insert(lines.slice(middle), refused))
    );
  }
}
