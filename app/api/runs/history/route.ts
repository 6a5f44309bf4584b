import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { getRunHistory } from '#server/usecases/run-history.ts';

export const GET = endpointRoute('getRunHistory', ({ actor, query }) => getRunHistory(actor, query));
