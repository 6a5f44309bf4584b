import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { getRun } from '#server/usecases/runs.ts';

export const GET = endpointRoute('getRun', ({ actor, params }) => getRun(actor, params.id));
