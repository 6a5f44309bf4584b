import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { getLogs } from '#server/usecases/logs.ts';

export const GET = endpointRoute('getLogs', ({ actor, params, query }) => getLogs(actor, params.id, query));
