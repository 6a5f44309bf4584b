import type { z } from 'zod';
import type { Relation } from '../sql/relation.ts';
import type { Schema } from '../sql/schema.ts';

export type NodeKind = 'source' | 'transform' | 'code' | 'destination';

/** How many rows come out, next to those that went in. The planner counts as little as this allows. */
export type RowEffect = 'source' | 'same' | 'fewer' | 'any';

/** What becomes of the order of rows: kept from the input, made by the node, or promised to nobody. */
export type OrderEffect = 'keeps' | 'makes' | 'none';

export interface InputPort {
  name: string;
  /** Said in the editor ("Left", "Rows"). */
  label: string;
  /** A node without an edge here cannot run. */
  required: boolean;
  /** True where each edge stays a table of its own (`sql`, `union`): the port is merged only if the relation reads it whole. */
  separate?: boolean;
}

export interface OutputPort {
  name: string;
  label: string;
}

/**
 * What a node type is, without what it does: light enough for the browser, free of React and of Node.
 * Config strings carry their meaning as zod metadata (lib/nodes/fields.ts), so that parameters, paths and SQL are
 * treated alike for every node type.
 */
export interface NodeDefinition<Config = unknown> {
  /** Equals the folder's name. */
  type: string;
  /** Raised when the meaning of the config changes; `migrate` leads older documents here. */
  version: number;
  kind: NodeKind;
  title: string;
  /** One sentence for the palette. */
  description: string;
  /** A lucide icon's name, `funnel`. */
  icon: string;
  /** Further words that the palette's search finds it by. */
  keywords: string[];
  config: z.ZodType<Config>;
  /** A config to start from when the node is dropped on the canvas; it may still be incomplete. */
  initial: Record<string, unknown>;
  inputs: readonly InputPort[];
  outputs: readonly OutputPort[];
  /** What it does, in words, for the card: `delay > 15`, `by state: sum(delay)`. */
  summary(config: Config): string;
  rows(config: Config): RowEffect;
  order(config: Config): OrderEffect;
  /**
   * Columns of its one input by which it takes the rows apart: what it makes of some groups does not depend on the
   * others. Absent or empty: it looks at all rows together.
   */
  groups?(config: Config): readonly string[];
  /**
   * The values of an input column that become column names, where the config does not list them: the output's schema
   * is known only once they are found (`CompileContext.found`).
   */
  dependsOnValues?(config: Config): ValuesNeeded | null;
  migrate?(config: Record<string, unknown>, fromVersion: number): Record<string, unknown>;
}

/** The distinct values of a column, NULL left out, as text, in the column's own order. */
export interface ValuesNeeded {
  port: string;
  column: string;
  /** More than this many are a fault rather than a table nobody can read. */
  limit: number;
}

/** Keeps the config's type through the registry. */
export function defineNode<Config>(definition: NodeDefinition<Config>): NodeDefinition<Config> {
  return definition;
}

/** One edge's share of a port, under the name that SQL may use for it. */
export interface CompileInputPart {
  alias: string;
  schema: Schema;
}

/** A port as a node sees it: its merged columns, and the parts they came from. */
export interface CompileInput {
  schema: Schema;
  parts: CompileInputPart[];
  /** False where the rows come in no promised order; taken for true when absent. */
  ordered?: boolean;
}

export interface CompileContext<Config> {
  config: Config;
  /** By port name. A port without edges is absent. */
  inputs: Record<string, CompileInput | undefined>;
  /** A source's schema and scan, found by its `execute.server.ts` before compiling; null for every other kind. */
  scan: Relation | null;
  /** The values that `dependsOnValues` asked for; absent or null while nobody has looked. */
  found?: readonly string[] | null;
}

/**
 * The relation over the inputs that this config means. Pure and total over valid configs: what is wrong with the
 * columns is thrown as a `user` AppError whose place is a path inside the config.
 */
export type CompileNode<Config> = (context: CompileContext<Config>) => Relation;
