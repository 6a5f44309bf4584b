import { bindDocument } from '#server/usecases/editing.ts';
import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';

export const POST = endpointRoute('bind', ({ actor, body, request }) =>
  bindDocument(actor, body, request.signal),
);
