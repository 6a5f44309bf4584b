import { z } from 'zod';
import { allDefinitions } from '../nodes/catalogue.ts';
import { nodeSchema, pipelineDocumentSchema } from './schema.ts';

type JsonSchema = Record<string, unknown>;

/**
 * The JSON Schema (draft 2020-12) of a pipeline document, for editors that complete and check YAML as it is typed.
 * Each node type's own config is chosen by `type`. Made from the same zod schemas that the server checks with.
 */
export function pipelineJsonSchema(): JsonSchema {
  const document = toJsonSchema(pipelineDocumentSchema);
  const node = toJsonSchema(nodeSchema);
  const types = allDefinitions();
  const nodeWithConfig = {
    ...node,
    properties: { ...(node.properties as JsonSchema), type: { enum: types.map(({ type }) => type) } },
    allOf: types.map(({ type, config, description }) => ({
      if: { properties: { type: { const: type } }, required: ['type'] },
      then: { description, properties: { config: { anyOf: [withParameters(toJsonSchema(config))] } } },
    })),
  };
  const properties = document.properties as JsonSchema;
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Sluice pipeline, version 1',
    ...document,
    properties: { ...properties, nodes: { ...(properties.nodes as JsonSchema), items: nodeWithConfig } },
  };
}

function toJsonSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  return rest;
}

/** A value that is not a text may also be a parameter, `${top}`, which takes its type when the pipeline runs. */
function withParameters(schema: unknown): JsonSchema {
  if (Array.isArray(schema)) return schema.map(withParameters) as unknown as JsonSchema;
  if (schema === null || typeof schema !== 'object') return schema as JsonSchema;
  const copy = Object.fromEntries(
    Object.entries(schema).map(([key, value]) => [
      key,
      typeof value === 'object' ? withParameters(value) : value,
    ]),
  );
  const scalar = copy.type === 'integer' || copy.type === 'number' || copy.type === 'boolean';
  return scalar ? { anyOf: [copy, { type: 'string', pattern: '^\\$\\{[A-Za-z][A-Za-z0-9_]*\\}$' }] } : copy;
}
