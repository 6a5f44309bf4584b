import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { changeMember, removeMember } from '#server/usecases/workspaces.ts';

export const PATCH = endpointRoute('changeMember', ({ actor, params, body }) =>
  changeMember(actor, params.id, { userId: params.userId, role: body.role }),
);
export const DELETE = endpointRoute('removeMember', ({ actor, params }) =>
  removeMember(actor, params.id, params.userId),
);
