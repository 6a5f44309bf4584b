import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { taskAnswer } from '#server/usecases/http/task-answer.ts';

export const POST = endpointRoute('stageNode', ({ actor, params, request }) =>
  taskAnswer(actor, { task: 'stage', runId: params.id, nodeId: params.nodeId, options: {} }, request),
);
