import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { startRun } from '#server/usecases/start-run.ts';

export const POST = endpointRoute('startRun', ({ actor, params, body }) => startRun(actor, params.id, body));
