import type { BoundNode } from '#lib/bind/types.ts';
import { partsOf } from '#lib/sql/relation-parts.ts';

/** The files that these nodes read in place, absolute, each once. */
export function scannedFiles(nodes: readonly BoundNode[]): string[] {
  const scans = nodes
    .flatMap((node) => partsOf(node.relation))
    .flatMap((part) => (part.op === 'scan' ? part.scan.paths : []));
  return [...new Set(scans)];
}
