import type { RunDetail } from '#lib/contracts/runs.ts';
import { readDocument } from '#lib/document/read.ts';

/** A file that a run wrote. */
export interface RunOutput {
  nodeId: string;
  name: string;
  /** Relative to the workspace's files. */
  path: string;
}

/** The files that the run's finished destinations wrote. Partitioned ones are folders, which can't be downloaded. */
export function outputsOf(run: RunDetail): RunOutput[] {
  const finished = new Set(run.nodes.filter((node) => node.status === 'succeeded').map((node) => node.id));
  return readDocument(run.document).nodes.flatMap(({ value: node }) => {
    const { path, partitionBy } = node.config;
    if (node.type !== 'file-destination' || typeof path !== 'string' || !finished.has(node.id)) return [];
    if (Array.isArray(partitionBy) && partitionBy.length > 0) return [];
    return [{ nodeId: node.id, name: node.name ?? node.id, path: withParameters(path, run.parameters) }];
  });
}

/** `${name}` as the run filled it in; `$${` is a literal `${`. */
function withParameters(path: string, parameters: Record<string, unknown>): string {
  return path.replace(/\$?\$\{([A-Za-z][A-Za-z0-9_]*)\}/g, (text, name: string) => {
    if (text.startsWith('$$')) return text.slice(1);
    const value = parameters[name];
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
      ? String(value)
      : text;
  });
}
