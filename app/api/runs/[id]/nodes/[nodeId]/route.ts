import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { getNodeRun } from '#server/usecases/runs.ts';

export const GET = endpointRoute('getNodeRun', ({ actor, params }) =>
  getNodeRun(actor, params.id, params.nodeId),
);
