import { z } from 'zod';
import { apiErrorSchema } from './answer.ts';
import { ENDPOINTS } from './endpoints.ts';
import type { Endpoint } from './endpoints.ts';
import { jsonValueSchema, nodeRecordSchema } from './run-record.ts';
import { RUN_STREAM } from './runs.ts';

type Json = Record<string, unknown>;

const uri = (id: string) => `#/components/schemas/${id}`;
const capital = (name: string) => name.charAt(0).toUpperCase() + name.slice(1);
const endpoints: [string, Endpoint][] = Object.entries(ENDPOINTS);

/** The HTTP API as OpenAPI 3.1, made of the schemas that the routes check with. */
export function openApi(): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Sluice',
      version: '1',
      description: 'Answers are `{data}` or `{error: {code, message, hint, issues?}}`.',
    },
    security: [{ bearer: [] }, { session: [] }],
    paths: paths(),
    components: {
      schemas: { ...answerSchemas(), ...requestSchemas() },
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'A Supabase access token.',
        },
        session: { type: 'apiKey', in: 'cookie', name: 'sluice-session', description: 'Set by signing in.' },
      },
    },
  };
}

function answerSchemas(): Json {
  const registry = z.registry<{ id: string }>();
  registry.add(jsonValueSchema, { id: 'JsonValue' });
  registry.add(apiErrorSchema, { id: 'Error' });
  registry.add(nodeRecordSchema, { id: 'NodeRecord' });
  registry.add(RUN_STREAM.run, { id: 'RunEvent' });
  for (const [name, { answer, stream }] of endpoints) {
    if (stream !== 'download' && stream !== 'events' && !registry.has(answer))
      registry.add(answer, { id: `${capital(name)}Answer` });
  }
  return jsonSchemas(registry, 'output');
}

function requestSchemas(): Json {
  const registry = z.registry<{ id: string }>();
  for (const [name, { body }] of endpoints) {
    if (body && !registry.has(body)) registry.add(body, { id: `${capital(name)}Request` });
  }
  return jsonSchemas(registry, 'input');
}

function jsonSchemas(registry: z.core.$ZodRegistry<{ id: string }>, io: 'input' | 'output'): Json {
  const { schemas } = z.toJSONSchema(registry, { uri, io });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, { $id: _id, $schema: _schema, ...schema }]) => [id, schema]),
  );
}

function paths(): Json {
  const byPath: Record<string, Json> = {};
  for (const [name, endpoint] of endpoints) {
    const path = endpoint.path.replaceAll(/:([A-Za-z]+)/g, '{$1}');
    (byPath[path] ??= {})[endpoint.method.toLowerCase()] = operation(name, endpoint);
  }
  return byPath;
}

function operation(name: string, endpoint: Endpoint): Json {
  const { params, query, body, stream } = endpoint;
  return {
    operationId: name,
    summary: endpoint.summary,
    tags: [endpoint.tag],
    ...(endpoint.open ? { security: [] } : {}),
    ...(params || query
      ? { parameters: [...parameters(params, 'path'), ...parameters(query, 'query')] }
      : {}),
    ...(body
      ? {
          requestBody: {
            content: { 'application/json': { schema: { $ref: uri(nameOf(body, 'Request')) } } },
          },
        }
      : {}),
    ...(stream === 'upload' ? { requestBody: { content: UPLOAD } } : {}),
    responses: { 200: { description: 'Done', content: answerContent(endpoint) }, default: FAILED },
  };
}

const FAILED = {
  description: 'An error',
  content: { 'application/json': { schema: { $ref: uri('Error') } } },
};
const BINARY = { schema: { type: 'string', format: 'binary' } };
const UPLOAD = {
  'multipart/form-data': {
    schema: { type: 'object', properties: { file: BINARY.schema }, required: ['file'] },
  },
  'application/octet-stream': BINARY,
};

function answerContent({ answer, stream }: Endpoint): Json {
  if (stream === 'download') return { 'application/octet-stream': BINARY };
  if (stream === 'events') return { 'text/event-stream': { schema: { $ref: uri('RunEvent') } } };
  const data = { $ref: uri(nameOf(answer, 'Answer')) };
  return { 'application/json': { schema: { type: 'object', properties: { data }, required: ['data'] } } };
}

/** The component of a schema: named after the first endpoint that uses it. */
function nameOf(schema: z.ZodType, kind: 'Request' | 'Answer'): string {
  const first = endpoints.find(
    ([, endpoint]) => (kind === 'Request' ? endpoint.body : endpoint.answer) === schema,
  );
  return `${capital(first?.[0] ?? '')}${kind}`;
}

function parameters(schema: z.ZodType | undefined, place: 'path' | 'query'): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema: property,
  }));
}
