import { previewNode } from '#server/usecases/editing.ts';
import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';

export const POST = endpointRoute('preview', ({ actor, body, request }) =>
  previewNode(actor, body, request.signal),
);
