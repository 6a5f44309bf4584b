import type { Answer, ParsedBody } from '#lib/contracts/endpoints.ts';
import type { Actor } from './actor.ts';
import { currentWorkspace } from './actor.ts';
import { askRunner } from './runner-link.ts';

/** Columns, merge rules and faults of an unsaved document. It reads the workspace's files, so a member may ask. */
export function bindDocument(
  actor: Actor,
  request: ParsedBody<'bind'>,
  signal: AbortSignal,
): Promise<Answer<'bind'>> {
  return askRunner('bind', { ...request, workspaceId: currentWorkspace(actor, 'viewer') }, signal);
}

/** Rows of one node of an unsaved document. */
export function previewNode(
  actor: Actor,
  request: ParsedBody<'preview'>,
  signal: AbortSignal,
): Promise<Answer<'preview'>> {
  return askRunner('preview', { ...request, workspaceId: currentWorkspace(actor, 'viewer') }, signal);
}
