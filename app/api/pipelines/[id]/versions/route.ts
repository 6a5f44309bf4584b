import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { listVersions } from '#server/usecases/versions.ts';

export const GET = endpointRoute('listVersions', ({ actor, params }) => listVersions(actor, params.id));
