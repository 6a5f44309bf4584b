import { checkHealth } from '#server/usecases/health.ts';
import { openRoute } from '#server/usecases/http/endpoint-route.ts';

export const GET = openRoute('getHealth', () => checkHealth());
