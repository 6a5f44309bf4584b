import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { deletePipeline, getPipeline, savePipeline } from '#server/usecases/pipelines.ts';

export const GET = endpointRoute('getPipeline', ({ actor, params }) => getPipeline(actor, params.id));
export const PUT = endpointRoute('savePipeline', ({ actor, params, body }) =>
  savePipeline(actor, params.id, body),
);
export const DELETE = endpointRoute('deletePipeline', ({ actor, params }) =>
  deletePipeline(actor, params.id),
);
