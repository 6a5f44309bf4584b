import { nodeId, RESERVED_NODE_IDS, type NodeId } from '#lib/graph/ids.ts';

/**
 * A node id made from words (`Late flights` → `lateFlights`, then `lateFlights2`), free without regard to case.
 * It becomes a table name in SQL, so it must stay readable.
 */
export function freeNodeId(words: string, taken: Iterable<string>): NodeId {
  const used = new Set([...taken, ...RESERVED_NODE_IDS].map((id) => id.toLowerCase()));
  const parts = words
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .split(/[^A-Za-z0-9_]+/)
    .filter(Boolean);
  const camel = parts
    .map((part, index) =>
      index === 0
        ? part.charAt(0).toLowerCase() + part.slice(1)
        : part.charAt(0).toUpperCase() + part.slice(1),
    )
    .join('')
    .slice(0, 90);
  const base = /^[A-Za-z]/.test(camel) ? camel : `node${camel}`;
  return nodeId(firstFree(base, used, ''));
}

/** A name for people (`Filter`, then `Filter 2`), free without regard to case. */
export function freeName(name: string, taken: Iterable<string>): string {
  return firstFree(name, new Set([...taken].map((other) => other.toLowerCase())), ' ');
}

function firstFree(base: string, used: ReadonlySet<string>, gap: string): string {
  if (!used.has(base.toLowerCase())) return base;
  let number = 2;
  while (used.has(`${base}${gap}${number}`.toLowerCase())) number += 1;
  return `${base}${gap}${number}`;
}
