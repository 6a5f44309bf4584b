import type { RunDetail } from '#lib/contracts/runs.ts';
import { readDocument } from '#lib/document/read.ts';
import type { DocumentNode, PipelineDocument } from '#lib/document/schema.ts';
import { definitionOf } from '#lib/nodes/catalogue.ts';
import { substituteParameters } from '#lib/parameters/substitute.ts';
import { resolveParameters } from '#lib/parameters/values.ts';

/** A file that a run wrote. */
export interface RunOutput {
  nodeId: string;
  name: string;
  /** Relative to the workspace's files. */
  path: string;
}

/** The files that the run's finished destinations wrote. */
export function outputsOf(run: RunDetail): RunOutput[] {
  const finished = new Set(run.nodes.filter((node) => node.status === 'succeeded').map((node) => node.id));
  const { document } = readDocument(run.document);
  if (!document) return [];
  return document.nodes.flatMap((node) => {
    const path = finished.has(node.id) ? fileWrittenBy(node, document.parameters, run.parameters) : null;
    return path === null ? [] : [{ nodeId: node.id, name: node.name ?? node.id, path }];
  });
}

/**
 * The path of the file that a destination writes, with the parameters of a run in it: those `given`, else the
 * defaults. Null for any other node, and for a folder of partitions, which can't be downloaded.
 */
export function fileWrittenBy(
  node: DocumentNode,
  declared: PipelineDocument['parameters'],
  given: Record<string, unknown>,
): string | null {
  const definition = definitionOf(node.type);
  if (!definition || node.type !== 'file-destination') return null;
  const { values } = resolveParameters(declared, given);
  const { config } = substituteParameters(definition.config, node.config, values);
  const { path, partitionBy } = config as Record<string, unknown>;
  if (typeof path !== 'string' || (Array.isArray(partitionBy) && partitionBy.length > 0)) return null;
  return path;
}
