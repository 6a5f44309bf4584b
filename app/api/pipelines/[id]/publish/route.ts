import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { publishPipeline } from '#server/usecases/versions.ts';

export const POST = endpointRoute('publishPipeline', ({ actor, params, body }) =>
  publishPipeline(actor, params.id, body.version),
);
