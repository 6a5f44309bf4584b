import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { runEventStream } from '#server/usecases/http/run-event-stream.ts';

export const GET = endpointRoute('followRun', ({ actor, params, request }) =>
  runEventStream(actor, params.id, request),
);
