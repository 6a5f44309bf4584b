import { downloadFile } from '#server/usecases/files.ts';
import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';

export const GET = endpointRoute('downloadFile', ({ actor, query }) => downloadFile(actor, query.path));
