import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { taskAnswer } from '#server/usecases/http/task-answer.ts';

export const GET = endpointRoute('getSample', ({ actor, params, query, request }) =>
  taskAnswer(actor, { task: 'sample', runId: params.id, nodeId: params.nodeId, options: query }, request),
);
