import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { taskAnswer } from '#server/usecases/http/task-answer.ts';

export const GET = endpointRoute('getProfile', ({ actor, params, request }) =>
  taskAnswer(actor, { task: 'profile', runId: params.id, nodeId: params.nodeId, options: {} }, request),
);
