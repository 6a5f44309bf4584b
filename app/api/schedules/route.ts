import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { createSchedule, listSchedules } from '#server/usecases/schedules.ts';

export const GET = endpointRoute('listSchedules', ({ actor, query }) => listSchedules(actor, query.pipeline));
export const POST = endpointRoute('createSchedule', ({ actor, body }) => createSchedule(actor, body));
