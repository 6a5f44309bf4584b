import { listWorkspaceFiles, uploadFile } from '#server/usecases/files.ts';
import { endpointRoute } from '#server/usecases/http/endpoint-route.ts';

export const GET = endpointRoute('listFiles', ({ actor, query }) => listWorkspaceFiles(actor, query.under));
export const POST = endpointRoute('uploadFile', ({ actor, query, request }) =>
  uploadFile(actor, request, query.name),
);
