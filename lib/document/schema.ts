import { z } from 'zod';
import { nodeIdSchema } from '../graph/ids.ts';

export const PARAMETER_TYPES = ['string', 'integer', 'number', 'boolean', 'date', 'timestamp'] as const;
export type ParameterType = (typeof PARAMETER_TYPES)[number];

const scalar = z.union([z.string().max(100_000), z.number(), z.boolean()]);

export const parameterSchema = z.strictObject({
  type: z.enum([...PARAMETER_TYPES, 'list']),
  /** The type of each member; only with `type: list`, `string` unless told. */
  items: z.enum(PARAMETER_TYPES).optional(),
  default: z.union([scalar, z.array(scalar).max(10_000)]).optional(),
  description: z.string().max(2000).optional(),
});
export type Parameter = z.infer<typeof parameterSchema>;

const bytes = z.union([
  z.number().int().positive(),
  z.string().regex(/^\d+(\.\d+)?\s?(B|KB|MB|GB|TB|KiB|MiB|GiB|TiB)$/i),
]);

export const settingsSchema = z.strictObject({
  mode: z.enum(['auto', 'memory', 'duckdb', 'distributed']).default('auto'),
  staging: z.enum(['auto', 'all']).default('auto'),
  counts: z.enum(['exact', 'fast']).default('exact'),
  concurrency: z.number().int().min(1).max(64).optional(),
  /** Threads of each statement; as many as the machine runs unless fewer are set. */
  threads: z.number().int().min(1).max(256).optional(),
  memoryLimit: bytes.optional(),
  timeoutMs: z
    .number()
    .int()
    .positive()
    .max(7 * 86_400_000)
    .optional(),
});
export type Settings = z.infer<typeof settingsSchema>;

const positionSchema = z.strictObject({ x: z.number(), y: z.number() });

export const MERGE_RULES = ['auto', 'union', 'join'] as const;

/** A node as written; `config` is checked against its type's own schema. */
export const nodeSchema = z.strictObject({
  id: nodeIdSchema,
  type: z.string().min(1).max(80),
  name: z.string().min(1).max(200).optional(),
  description: z.string().max(4000).optional(),
  masterData: z.boolean().optional(),
  disabled: z.boolean().optional(),
  merge: z.enum(MERGE_RULES).optional(),
  cache: z.enum(['auto', 'always-run', 'never-keep']).optional(),
  retries: z.number().int().min(0).max(20).optional(),
  timeoutMs: z
    .number()
    .int()
    .positive()
    .max(7 * 86_400_000)
    .optional(),
  memoryLimit: bytes.optional(),
  config: z.record(z.string().max(200), z.unknown()).default({}),
  position: positionSchema.optional(),
});
export type DocumentNode = z.infer<typeof nodeSchema>;

export const edgeTransformSchema = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('all') }),
  z.strictObject({
    mode: z.literal('select'),
    columns: z
      .array(z.strictObject({ from: z.string().min(1).max(500), as: z.string().min(1).max(500).optional() }))
      .min(1)
      .max(5000),
  }),
]);
export type EdgeTransform = z.infer<typeof edgeTransformSchema>;

export const edgeSchema = z.strictObject({
  source: nodeIdSchema,
  target: nodeIdSchema,
  sourcePort: z.string().min(1).max(80).optional(),
  targetPort: z.string().min(1).max(80).optional(),
  /** The table name of this edge's rows in a `sql` target; the source's id unless told. */
  as: nodeIdSchema.optional(),
  transform: edgeTransformSchema.optional(),
});
export type DocumentEdge = z.infer<typeof edgeSchema>;

/** Free-standing text on the canvas, and named frames round nodes. View state only. */
export const viewSchema = z.strictObject({
  viewport: z.strictObject({ x: z.number(), y: z.number(), zoom: z.number().positive() }).optional(),
  positions: z.record(z.string().max(100), positionSchema).optional(),
  notes: z
    .array(
      z.strictObject({
        id: z.string().max(100),
        text: z.string().max(10_000),
        x: z.number(),
        y: z.number(),
        width: z.number().optional(),
        height: z.number().optional(),
      }),
    )
    .max(500)
    .optional(),
});
export type PipelineView = z.infer<typeof viewSchema>;

/** The pipeline document, version 1. Unknown keys are faults. */
export const pipelineDocumentSchema = z.strictObject({
  version: z.literal(1),
  name: z.string().min(1).max(200),
  description: z.string().max(10_000).optional(),
  settings: settingsSchema.prefault({}),
  parameters: z
    .record(
      z
        .string()
        .regex(/^[A-Za-z][A-Za-z0-9_]*$/)
        .max(100),
      parameterSchema,
    )
    .default({}),
  nodes: z.array(nodeSchema).max(5000).default([]),
  edges: z.array(edgeSchema).max(20_000).default([]),
  view: viewSchema.optional(),
});
export type PipelineDocument = z.infer<typeof pipelineDocumentSchema>;
