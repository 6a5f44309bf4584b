import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { resumeRun } from '#server/usecases/start-run.ts';

export const POST = endpointRoute('resumeRun', ({ actor, params, body }) =>
  resumeRun(actor, params.id, body.version),
);
