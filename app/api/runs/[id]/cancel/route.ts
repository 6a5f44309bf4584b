import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { cancelRun } from '#server/usecases/runs.ts';

export const POST = endpointRoute('cancelRun', ({ actor, params }) => cancelRun(actor, params.id));
