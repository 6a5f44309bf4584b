import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { renameWorkspace } from '#server/usecases/workspaces.ts';

export const PATCH = endpointRoute('renameWorkspace', ({ actor, params, body }) =>
  renameWorkspace(actor, params.id, body.name),
);
