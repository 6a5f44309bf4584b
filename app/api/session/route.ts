import { endpointRoute, openRoute } from '#server/usecases/http/endpoint-route.ts';
import { chooseWorkspace, endSession, startSession } from '#server/usecases/http/session-cookies.ts';
import { describeSession } from '#server/usecases/session.ts';

export const GET = endpointRoute('getSession', ({ actor }) => Promise.resolve(describeSession(actor)));
export const POST = openRoute('signIn', ({ body }) => startSession(body));
export const PATCH = endpointRoute('selectWorkspace', ({ actor, body }) =>
  chooseWorkspace(actor, body.workspaceId),
);
export const DELETE = openRoute('signOut', () => endSession());
