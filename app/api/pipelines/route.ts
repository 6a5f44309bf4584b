import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { createPipeline, listPipelines } from '#server/usecases/pipelines.ts';

export const GET = endpointRoute('listPipelines', ({ actor }) => listPipelines(actor));
export const POST = endpointRoute('createPipeline', ({ actor, body }) => createPipeline(actor, body));
