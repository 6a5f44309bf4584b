import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { getRows } from '#server/usecases/node-rows.ts';

export const GET = endpointRoute('getRows', ({ actor, params, query }) =>
  getRows(actor, { runId: params.id, nodeId: params.nodeId }, query),
);
