import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';
import { deleteSchedule, updateSchedule } from '#server/usecases/schedules.ts';

export const PATCH = endpointRoute('updateSchedule', ({ actor, params, body }) =>
  updateSchedule(actor, params.id, body),
);
export const DELETE = endpointRoute('deleteSchedule', ({ actor, params }) =>
  deleteSchedule(actor, params.id),
);
