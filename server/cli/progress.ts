import type { NumberedEvent } from '#lib/contracts/events.ts';
import type { NodeRecord } from '#lib/contracts/run-record.ts';
import type { RunListener } from '#server/runner/execute/run-recorder.ts';
import { counted, dim, paint, plain } from './outcome.ts';

/** What a terminal shows of a running run: a table that is redrawn in place, or a line per node where nobody watches. */
export interface Progress extends RunListener {
  /** Clears what is drawn in place. */
  end(): void;
}

const REDRAW_MS = 100;
/** More rows than this would scroll a terminal, which cannot be redrawn in place. */
const LIVE_NODES = 30;

export function showProgress(stream: NodeJS.WriteStream): Progress {
  return stream.isTTY ? new LiveTable(stream) : new PlainLines(stream);
}

class PlainLines implements Progress {
  readonly #stream: NodeJS.WriteStream;
  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }
  event({ event }: NumberedEvent): void {
    if (event.type === 'run.started') this.#write(`mode ${event.mode}: ${plain(event.modeReason)}`);
    if (event.type === 'node.finished') this.#write(sayNode(event.node));
    if (event.type === 'log')
      this.#write(`${event.level} ${plain(event.nodeId ?? '')} ${plain(event.message)}`);
    if (event.type === 'run.finished')
      this.#write(
        `run ${event.runId} ${event.status}${event.durationMs === null ? '' : ` in ${sayMs(event.durationMs)}`}`,
      );
  }
  sampled(): void {
    // Samples are part of the report.
  }
  end(): void {
    // Lines stay.
  }
  #write(line: string): void {
    this.#stream.write(`${line}\n`);
  }
}

class LiveTable implements Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #nodes = new Map<string, { record: NodeRecord; share: number | null }>();
  #drawn = 0;
  #timer: NodeJS.Timeout | null = null;

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  event({ event }: NumberedEvent): void {
    if (event.type === 'run.started')
      for (const record of event.nodes) this.#nodes.set(record.id, { record, share: null });
    if (event.type === 'node.finished') this.#nodes.set(event.node.id, { record: event.node, share: null });
    const touched =
      event.type === 'node.started' || event.type === 'node.progress'
        ? this.#nodes.get(event.nodeId)
        : undefined;
    if (touched && event.type === 'node.started') touched.record = { ...touched.record, status: 'running' };
    if (touched && event.type === 'node.progress') touched.share = event.progress;
    this.#timer ??= setTimeout(() => {
      this.#draw();
    }, REDRAW_MS);
  }

  sampled(): void {
    // Samples are part of the report.
  }

  end(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#clear();
  }

  #draw(): void {
    this.#timer = null;
    this.#clear();
    const entries = [...this.#nodes.values()];
    const unfinished = entries.filter(
      ({ record }) => record.status === 'running' || record.status === 'pending',
    );
    const shown = entries.length <= LIVE_NODES ? entries : unfinished.slice(0, LIVE_NODES);
    const lines = shown.map(
      ({ record, share }) =>
        sayNode(record) +
        (share === null || record.status !== 'running' ? '' : dim(` ${Math.round(share * 100)} %`)),
    );
    const width = Math.max(20, this.#stream.columns);
    // A line that wraps would count as one and be cleared as one.
    this.#stream.write(
      lines.map((line) => `${line.length > width * 2 ? line.slice(0, width) : line}\n`).join(''),
    );
    this.#drawn = lines.length;
  }

  #clear(): void {
    if (this.#drawn > 0) this.#stream.write(`\u001b[${this.#drawn}A\u001b[0J`);
    this.#drawn = 0;
  }
}

const MARKS: Record<NodeRecord['status'], string> = {
  pending: '·',
  running: '▸',
  succeeded: '✓',
  failed: '✗',
  skipped: '–',
  cancelled: '–',
  disabled: '–',
};

function sayNode(record: NodeRecord): string {
  const mark =
    record.status === 'succeeded'
      ? paint('green', MARKS.succeeded)
      : record.status === 'failed'
        ? paint('red', MARKS.failed)
        : MARKS[record.status];
  const rows = record.rowsOut === null ? '' : ` ${counted(record.rowsOut, 'row')}`;
  const time = record.durationMs === null || record.reused ? '' : dim(` ${sayMs(record.durationMs)}`);
  const reused = record.reused ? dim(' reused') : '';
  const error = record.error
    ? ` ${plain(record.error.message)}`
    : record.status === 'skipped'
      ? dim(` waits for ${plain(record.skippedBecause ?? 'another')}`)
      : '';
  return `${mark} ${plain(record.id)} ${dim(plain(record.type))}${rows}${time}${reused}${error}`;
}

export function sayMs(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(2)} s`;
}
