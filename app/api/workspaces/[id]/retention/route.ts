import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { getRetention, setRetention } from '#server/usecases/workspaces.ts';

export const GET = endpointRoute('getRetention', ({ actor, params }) => getRetention(actor, params.id));
export const PUT = endpointRoute('setRetention', ({ actor, params, body }) =>
  setRetention(actor, params.id, body),
);
