import type { NumberedEvent, RunEvent } from '#lib/contracts/events.ts';
import type { JsonRow, NodeRecord, SegmentRecord } from '#lib/contracts/run-record.ts';
import type { LogWriter } from '#server/observability/log-writer.ts';
import { nodeRunRow } from '#server/observability/node-run-row.ts';
import type { StateWriter } from '#server/observability/state-writer.ts';
import type { InputSample, RunListener } from '../execute/run-recorder.ts';
import type { EventLog } from './event-log.ts';

/** Carries a run's events to whoever follows it, to the database's rows and to its log. */
export class RunObserver implements RunListener {
  readonly #run: { id: string; workspaceId: string };
  readonly #sinks: { events: EventLog; states: StateWriter; logs: LogWriter };
  readonly #records = new Map<string, NodeRecord>();
  readonly #samples = new Map<string, { output: JsonRow[] | null; inputs: InputSample[] | null }>();
  readonly #segments: SegmentRecord[] = [];

  constructor(
    run: { id: string; workspaceId: string },
    sinks: { events: EventLog; states: StateWriter; logs: LogWriter },
  ) {
    this.#run = run;
    this.#sinks = sinks;
  }

  event(numbered: NumberedEvent): void {
    // The live stream comes first: people watch it.
    this.#sinks.events.publish(numbered);
    this.#store(numbered.event);
    this.#log(numbered.event);
  }

  sampled(_runId: string, nodeId: string, sample: JsonRow[]): void {
    this.#samples.set(nodeId, { output: sample, inputs: null });
    this.#write(nodeId);
  }

  inputsSampled(_runId: string, nodeId: string, inputs: InputSample[]): void {
    this.#samples.set(nodeId, { output: this.#samples.get(nodeId)?.output ?? null, inputs });
    this.#write(nodeId);
  }

  #store(event: RunEvent): void {
    const { states } = this.#sinks;
    switch (event.type) {
      case 'run.started':
        states.run(this.#run.id, {
          mode: event.mode as 'duckdb',
          mode_reason: event.modeReason,
          engine: event.engine,
        });
        for (const record of event.nodes) this.#keep(record);
        break;
      case 'node.started': {
        const record = this.#records.get(event.nodeId);
        if (record) this.#keep({ ...record, status: 'running', startedAt: event.at, segment: event.segment });
        break;
      }
      case 'node.finished':
        this.#keep(event.node);
        break;
      case 'segment.finished':
        this.#segments.push(event.segment);
        break;
      case 'run.finished':
        states.run(this.#run.id, {
          status: event.status,
          finished_at: event.at,
          duration_ms: event.durationMs,
          error: event.error,
          segments: this.#segments,
        });
        break;
      case 'run.status':
      case 'node.progress':
      case 'log':
        break;
    }
  }

  #keep(record: NodeRecord): void {
    this.#records.set(record.id, record);
    this.#write(record.id);
  }

  #write(nodeId: string): void {
    const record = this.#records.get(nodeId);
    const samples = this.#samples.get(nodeId) ?? { output: null, inputs: null };
    if (record) this.#sinks.states.node(nodeRunRow(this.#run, record, samples));
  }

  #log(event: RunEvent): void {
    const line = (level: 'info' | 'warn' | 'error', message: string, nodeId: string | null = null) => {
      this.#sinks.logs.write({
        workspaceId: this.#run.workspaceId,
        runId: this.#run.id,
        nodeId,
        level,
        message,
      });
    };
    switch (event.type) {
      case 'run.started':
        line('info', `Started ${event.nodes.length} nodes. Mode: ${event.modeReason}`);
        break;
      case 'node.finished':
        line(event.node.status === 'failed' ? 'error' : 'info', sayNode(event.node), event.node.id);
        for (const warning of event.node.warnings) line('warn', warning.message, event.node.id);
        break;
      case 'segment.finished':
        if (event.segment.nodes.length > 1)
          line(
            'info',
            `One statement did ${event.segment.nodes.join(', ')}${event.segment.durationMs === null ? '' : ` in ${Math.round(event.segment.durationMs)} ms`}; it ends there because ${event.segment.reason}.`,
          );
        break;
      case 'log':
        this.#sinks.logs.write({
          workspaceId: this.#run.workspaceId,
          runId: this.#run.id,
          nodeId: event.nodeId,
          level: event.level,
          message: event.message,
          ...(event.fields ? { fields: event.fields } : {}),
        });
        break;
      case 'run.finished':
        line(
          event.status === 'succeeded' ? 'info' : 'error',
          `${event.status === 'succeeded' ? 'Succeeded' : `Ended: ${event.status}`}${event.durationMs === null ? '' : ` after ${Math.round(event.durationMs)} ms`}${event.error ? `. ${event.error.message}` : ''}`,
        );
        break;
      case 'run.status':
      case 'node.started':
      case 'node.progress':
        break;
    }
  }
}

function sayNode(node: NodeRecord): string {
  switch (node.status) {
    case 'succeeded':
      return `${node.name}: ${node.rowsOut === null ? 'done' : `${node.rowsOut.toLocaleString('en-US')} rows`}${node.reused ? ', reused' : ''}`;
    case 'failed':
      return `${node.name} failed: ${node.error?.message ?? 'no reason known'}`;
    case 'skipped':
      return `${node.name} was skipped: it waits for ${node.skippedBecause ?? 'another node'}`;
    default:
      return `${node.name}: ${node.status}`;
  }
}
