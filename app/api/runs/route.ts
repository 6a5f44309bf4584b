import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { listRuns } from '#server/usecases/runs.ts';

export const GET = endpointRoute('listRuns', ({ actor, query }) => listRuns(actor, query));
