import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { addMember, listMembers } from '#server/usecases/workspaces.ts';

export const GET = endpointRoute('listMembers', ({ actor, params }) => listMembers(actor, params.id));
export const POST = endpointRoute('addMember', ({ actor, params, body }) =>
  addMember(actor, params.id, body),
);
