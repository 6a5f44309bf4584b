import type { NodeRecord, RunReport } from '#lib/contracts/run-record.ts';
import { counted, plain } from './outcome.ts';
import { sayMs } from './progress.ts';

/** A finished run in words: a row per node, then the statements and what went wrong. */
export function sayReport(report: RunReport): string {
  const rows = report.nodes.map(nodeRow);
  const header = ['node', 'type', 'status', 'rows in', 'rows out', 'time'];
  const statements = counted(report.segments.length, 'statement');
  const lines = [
    ...columns([header, ...rows]),
    '',
    `${report.status} in ${report.durationMs === null ? '?' : sayMs(report.durationMs)}, ${statements}; mode ${report.mode}: ${plain(report.modeReason)}`,
    ...report.nodes.flatMap(errorLines),
    `run ${report.runId}`,
  ];
  return `${lines.join('\n')}\n`;
}

function nodeRow(node: NodeRecord): string[] {
  const atLeast = node.rowsOutAtLeast === null ? '' : `≥ ${say(node.rowsOutAtLeast)}`;
  return [
    node.id,
    node.type,
    node.reused ? 'reused' : node.status,
    say(node.rowsIn),
    node.rowsOut === null ? atLeast : say(node.rowsOut),
    node.durationMs === null || node.reused ? '' : sayMs(node.durationMs),
  ];
}

function errorLines(node: NodeRecord): string[] {
  if (!node.error) return [];
  return [
    '',
    plain(`${node.id}: ${node.error.message} [${node.error.code}]`),
    ...(node.error.hint ? [`  ${plain(node.error.hint)}`] : []),
    ...(node.error.sql ? node.error.sql.split('\n').map((line) => `  ${plain(line)}`) : []),
  ];
}

function columns(rows: string[][]): string[] {
  const widths = (rows[0] ?? []).map((_, index) => Math.max(...rows.map((row) => (row[index] ?? '').length)));
  return rows.map((row) =>
    row
      .map((cell, index) =>
        index >= 3 ? cell.padStart(widths[index] ?? 0) : cell.padEnd(widths[index] ?? 0),
      )
      .join('  ')
      .trimEnd(),
  );
}

function say(count: number | null): string {
  return count === null ? '' : count.toLocaleString('en-US');
}
