import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { getVersion } from '#server/usecases/versions.ts';

export const GET = endpointRoute('getVersion', ({ actor, params }) =>
  getVersion(actor, params.id, params.version),
);
