import type { Fault } from '../errors/app-error.ts';
import { ancestors, dependenciesOf, findCycle, topologicalGenerations } from '../graph/dag.ts';
import { nearestName } from '../sql/near-name.ts';
import type { DocumentEdge, DocumentNode } from '../document/schema.ts';

/** Where a node's SQL reads `master.<id>`. */
export interface MasterReference {
  nodeId: string;
  master: string;
  path: (string | number)[];
}

export interface RunOrder {
  /** Topological; master data and what it needs before everything else. */
  generations: string[][];
  /** What each node waits for: its edges' sources and the master data it reads. */
  dependencies: Map<string, Set<string>>;
  /** Master-data nodes by node that reads them. */
  masters: Map<string, string[]>;
  faults: Fault[];
}

/** Sorts the nodes of a graph without cycles among its edges. References that cannot be met are faults and are left out. */
export function runOrder(
  nodes: readonly DocumentNode[],
  edges: readonly DocumentEdge[],
  references: readonly MasterReference[],
): RunOrder {
  const ids = nodes.map((node) => node.id as string);
  const dependencies = dependenciesOf(ids, edges);
  const byId = new Map(nodes.map((node) => [node.id.toLowerCase(), node]));
  const masters = new Map<string, string[]>();
  const faults: Fault[] = [];
  for (const reference of references) {
    const target = byId.get(reference.master.toLowerCase());
    const fault = target ? faultOf(reference, target, dependencies) : unknownMaster(reference, nodes);
    if (fault) {
      faults.push(fault);
    } else if (target) {
      dependencies.get(reference.nodeId)?.add(target.id);
      masters.set(reference.nodeId, [...new Set([...(masters.get(reference.nodeId) ?? []), target.id])]);
    }
  }
  return { generations: generationsOf(nodes, dependencies), dependencies, masters, faults };
}

/** Master data's own generations come first; the others follow them even where no edge says so. */
function generationsOf(nodes: readonly DocumentNode[], dependencies: Map<string, Set<string>>): string[][] {
  const first = ancestors(
    dependencies,
    nodes.filter((node) => node.masterData).map((node) => node.id),
  );
  const pick = (keep: (id: string) => boolean) =>
    new Map(
      [...dependencies]
        .filter(([id]) => keep(id))
        .map(([id, needs]) => [id, new Set([...needs].filter(keep))]),
    );
  return [
    ...topologicalGenerations(pick((id) => first.has(id))),
    ...topologicalGenerations(pick((id) => !first.has(id))),
  ];
}

function faultOf(
  reference: MasterReference,
  target: DocumentNode,
  dependencies: Map<string, Set<string>>,
): Fault | null {
  const place = { path: reference.path, nodeId: reference.nodeId };
  if (!target.masterData) {
    return {
      code: 'not-master-data',
      severity: 'error',
      message: `master.${target.id} is read, but "${target.id}" is not marked as master data`,
      hint: `Mark "${target.name ?? target.id}" as master data, or draw an edge from it.`,
      place,
    };
  }
  if (!ancestors(dependencies, [target.id]).has(reference.nodeId)) return null;
  const trial = new Map(dependencies).set(
    reference.nodeId,
    new Set([...(dependencies.get(reference.nodeId) ?? []), target.id]),
  );
  const cycle = findCycle(trial) ?? [reference.nodeId];
  return {
    code: 'cycle',
    severity: 'error',
    message: `master.${target.id} depends on "${reference.nodeId}", which reads it: ${[...cycle, cycle[0]].join(' → ')}`,
    hint: 'Read another table here, or move the step.',
    place,
  };
}

function unknownMaster(reference: MasterReference, nodes: readonly DocumentNode[]): Fault {
  const marked = nodes.filter((node) => node.masterData).map((node) => node.id as string);
  const near = nearestName(reference.master, marked);
  const have =
    marked.length > 0 ? `Master data here: ${marked.join(', ')}.` : 'No node is marked as master data.';
  return {
    code: 'unknown-master',
    severity: 'error',
    message: `master.${reference.master} is read, but there is no such node`,
    hint: near ? `Did you mean master.${near}?` : have,
    place: { path: reference.path, nodeId: reference.nodeId },
  };
}
