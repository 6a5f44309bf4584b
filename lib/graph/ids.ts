import { z } from 'zod';

/** Words that SQL inside a pipeline already uses as table names. */
export const RESERVED_NODE_IDS: readonly string[] = ['input', 'master', 'source'];

/** A node's name in the document, in SQL (`FROM orders`) and in every record. */
export const nodeIdSchema = z
  .string()
  .min(1)
  .max(100)
  .regex(/^[A-Za-z][A-Za-z0-9_]*$/, 'starts with a letter; then letters, digits and _')
  .brand<'NodeId'>();
export type NodeId = z.infer<typeof nodeIdSchema>;

/** Brands a string that is known to be a node id (a constant, a row of our own database). */
export function nodeId(text: string): NodeId {
  return nodeIdSchema.parse(text);
}

export const DEFAULT_INPUT_PORT = 'input';
export const DEFAULT_OUTPUT_PORT = 'output';
