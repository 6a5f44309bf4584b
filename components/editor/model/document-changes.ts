import type { PipelineDocument } from '#lib/document/schema.ts';
import { stableJson } from '#lib/document/serialise.ts';

/** What one document has over another, by the names of nodes. */
export interface DocumentChanges {
  added: string[];
  removed: string[];
  changed: string[];
  /** Edges, parameters, settings or the name differ. */
  other: string[];
}

/** From `before` to `after`. Places on the canvas do not count. */
export function changesBetween(before: PipelineDocument, after: PipelineDocument): DocumentChanges {
  const old = new Map(before.nodes.map((node) => [node.id as string, node]));
  const next = new Map(after.nodes.map((node) => [node.id as string, node]));
  const name = (node: PipelineDocument['nodes'][number]) => node.name ?? node.id;
  const differs = (a: unknown, b: unknown) => stableJson(a) !== stableJson(b);
  const withoutPlace = ({ position: _position, ...node }: PipelineDocument['nodes'][number]) => node;
  return {
    added: after.nodes.filter((node) => !old.has(node.id)).map(name),
    removed: before.nodes.filter((node) => !next.has(node.id)).map(name),
    changed: after.nodes
      .filter((node) => {
        const was = old.get(node.id);
        return was !== undefined && differs(withoutPlace(was), withoutPlace(node));
      })
      .map(name),
    other: [
      ...(differs(before.edges, after.edges) ? ['edges'] : []),
      ...(differs(before.parameters, after.parameters) ? ['parameters'] : []),
      ...(differs(before.settings, after.settings) ? ['settings'] : []),
      ...(before.name !== after.name ? ['the name'] : []),
    ],
  };
}

/** `adds Late and Out; changes Filter; changes edges`; `is the same …` where the meaning is the same. */
export function changesInWords({ added, removed, changed, other }: DocumentChanges): string {
  const parts = [
    added.length > 0 ? `adds ${listed(added)}` : '',
    removed.length > 0 ? `removes ${listed(removed)}` : '',
    changed.length > 0 ? `changes ${listed(changed)}` : '',
    other.length > 0 ? `changes ${listed(other)}` : '',
  ].filter(Boolean);
  return parts.length === 0 ? 'is the same but for places on the canvas' : parts.join('; ');
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 4);
  const rest = names.length - shown.length;
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`;
  return shown.length === 1 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1) ?? ''}`;
}
