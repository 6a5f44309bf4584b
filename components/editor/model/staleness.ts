import type { PipelineDocument } from '#lib/document/schema.ts';
import { stableJson } from '#lib/document/serialise.ts';
import { dependenciesOf, descendants } from '#lib/graph/dag.ts';

/** Why what a run left behind no longer tells what the document says, by node. */
export type StaleReasons = Readonly<Record<string, string>>;

/**
 * Compares the document of a run with the one on screen. A node is stale when its own config or inputs changed, or
 * when one that it depends on is stale. Names, descriptions and places change no rows.
 */
export function staleNodes(ran: PipelineDocument, now: PipelineDocument): StaleReasons {
  const before = new Map(ran.nodes.map((node) => [node.id as string, node]));
  const reasons: Record<string, string> = {};
  const settingsChanged = stableJson(ran.parameters) !== stableJson(now.parameters);
  for (const node of now.nodes) {
    const old = before.get(node.id);
    if (!old) reasons[node.id] = 'It is new since the run';
    else if (old.type !== node.type || meaning(old) !== meaning(node))
      reasons[node.id] = 'Its settings changed since the run';
    else if (inputsOf(ran, node.id) !== inputsOf(now, node.id))
      reasons[node.id] = 'Its inputs changed since the run';
    else if (settingsChanged && JSON.stringify(node.config).includes('${'))
      reasons[node.id] = 'A parameter changed since the run';
  }
  const dependencies = dependenciesOf(
    now.nodes.map((node) => node.id),
    now.edges,
  );
  for (const id of descendants(dependencies, Object.keys(reasons))) {
    reasons[id] ??= 'Something it reads changed since the run';
  }
  return reasons;
}

function meaning(node: PipelineDocument['nodes'][number]): string {
  return stableJson([node.config, node.merge ?? 'auto', node.masterData ?? false, node.disabled ?? false]);
}

function inputsOf(document: PipelineDocument, id: string): string {
  return stableJson(
    document.edges
      .filter((edge) => edge.target === id)
      .map((edge) => [
        edge.source,
        edge.sourcePort ?? '',
        edge.targetPort ?? '',
        edge.as ?? '',
        edge.transform ?? null,
      ]),
  );
}
