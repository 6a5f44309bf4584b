import type { FileEntry } from '#lib/contracts/files.ts';
import { DEFAULT_MAX_UPLOAD_BYTES } from '#lib/contracts/files.ts';
import { listFiles, openFile } from '#server/files/list-files.ts';
import { storeUpload, tooLarge } from '#server/files/upload.ts';
import { uploadedContent } from '#server/files/upload-request.ts';
import { workspaceRoot } from '#server/files/workspace-root.ts';
import type { Actor } from './actor.ts';
import { currentWorkspace } from './actor.ts';

export async function listWorkspaceFiles(
  actor: Actor,
  under?: string,
): Promise<{ files: FileEntry[]; truncated: boolean }> {
  return listFiles(workspaceRoot(currentWorkspace(actor, 'viewer')), under);
}

/** Stores what the request carries as a new file of the current workspace. */
export async function uploadFile(actor: Actor, request: Request, name?: string): Promise<FileEntry> {
  const root = workspaceRoot(currentWorkspace(actor, 'editor'));
  const limitBytes = maxUploadBytes();
  // A form is a little longer than the file in it; what counts is counted as it comes in.
  if (Number(request.headers.get('content-length') ?? 0) > limitBytes + 64 * 1024) throw tooLarge(limitBytes);
  const upload = await uploadedContent(request, name);
  return storeUpload({ ...upload, root, limitBytes, signal: request.signal });
}

function maxUploadBytes(): number {
  const named = Number(process.env.SLUICE_MAX_UPLOAD_BYTES);
  return Number.isSafeInteger(named) && named > 0 ? named : DEFAULT_MAX_UPLOAD_BYTES;
}

/** A file of the current workspace as an attachment, so that no browser ever takes it for a page of ours. */
export async function downloadFile(actor: Actor, path: string): Promise<Response> {
  const file = await openFile(workspaceRoot(currentWorkspace(actor, 'viewer')), path);
  const plain = file.name.replaceAll(/[^\w.+ -]/g, '_');
  return new Response(file.content, {
    headers: {
      'content-type': 'application/octet-stream',
      'content-length': String(file.sizeBytes),
      'content-disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(file.name)}`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'cache-control': 'no-store',
    },
  });
}
