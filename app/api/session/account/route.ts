import { changePassword } from '#server/usecases/account.ts';
import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';

export const PATCH = endpointRoute('changePassword', ({ actor, body }) => changePassword(actor, body));
