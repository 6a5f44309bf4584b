import { createHash } from 'node:crypto';
import { z } from 'zod';

/** A document as plain data: a draft may be unfinished, so nothing about it is certain. */
export type LooseDocument = Record<string, unknown>;

const objectSchema = z.record(z.string(), z.unknown());
const asObject = (value: unknown): Record<string, unknown> => objectSchema.safeParse(value).data ?? {};

/**
 * Parts a document into its meaning and how it looks (`view`, and the nodes' positions), which is kept beside it:
 * moving a node makes no new version.
 */
export function splitView(document: LooseDocument): { draft: LooseDocument; view: LooseDocument } {
  const { view: rawView, ...draft } = document;
  const view = asObject(rawView);
  const positions = asObject(view.positions);
  if (!Array.isArray(draft.nodes)) return { draft, view };
  const nodes = draft.nodes.map((node: unknown) => {
    const parsed = objectSchema.safeParse(node);
    if (!parsed.success || parsed.data.position === undefined) return node;
    const { position, ...rest } = parsed.data;
    if (typeof rest.id === 'string') positions[rest.id] ??= position;
    return rest;
  });
  const seen = Object.keys(positions).length > 0 ? { ...view, positions } : view;
  return { draft: { ...draft, nodes }, view: seen };
}

/** The document as a whole again. */
export function joinView(draft: LooseDocument, view: LooseDocument): LooseDocument {
  return Object.keys(view).length > 0 ? { ...draft, view } : draft;
}

/** Equal for documents that mean the same: key order and view do not count. */
export function contentHash(draft: LooseDocument): string {
  return createHash('sha256')
    .update(JSON.stringify(sorted(draft)))
    .digest('hex');
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  const object = objectSchema.safeParse(value);
  if (!object.success) return value;
  return Object.fromEntries(
    Object.keys(object.data)
      .sort()
      .map((key) => [key, sorted(object.data[key])]),
  );
}

/** The name a document gives itself, if it does. */
export function documentName(document: LooseDocument): string | null {
  const name = typeof document.name === 'string' ? document.name.trim() : '';
  return name === '' ? null : name.slice(0, 200);
}
