import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { createWorkspace, listWorkspaces } from '#server/usecases/workspaces.ts';

export const GET = endpointRoute('listWorkspaces', ({ actor }) => listWorkspaces(actor));
export const POST = endpointRoute('createWorkspace', ({ actor, body }) => createWorkspace(actor, body.name));
