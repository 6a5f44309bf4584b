/** A node of the tree that json_serialize_sql gives: an object whose fields are read with care. */
export type TreeNode = Record<string, unknown>;

export function isNode(value: unknown): value is TreeNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** Byte offset of a node; null where DuckDB gives none (its "nowhere" is 2^64 - 1). */
export function location(node: TreeNode): number | null {
  const offset = node['query_location'];
  return typeof offset === 'number' && offset < 1e12 ? offset : null;
}

/** Names are the same to DuckDB where they differ in the case of A to Z; any other letter is itself. */
export function asciiLower(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
