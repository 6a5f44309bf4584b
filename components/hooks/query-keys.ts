import type { CallQuery } from '#lib/contracts/endpoints.ts';

/** Names of what the browser keeps of the server's state. A shorter key stands for all that begin with it. */
export const queryKeys = {
  session: ['session'],
  workspaces: ['workspaces'],
  members: (workspaceId: string) => ['workspaces', workspaceId, 'members'],
  retention: (workspaceId: string) => ['workspaces', workspaceId, 'retention'],
  pipelines: ['pipelines'],
  pipelineList: ['pipelines', 'list'],
  pipeline: (id: string) => ['pipelines', 'one', id],
  versions: (id: string) => ['pipelines', 'one', id, 'versions'],
  version: (id: string, number: number) => ['pipelines', 'one', id, 'versions', number],
  runs: ['runs'],
  runList: (query: CallQuery<'listRuns'>) => ['runs', 'list', query],
  runHistory: ['runs', 'history'],
  run: (id: string) => ['runs', 'one', id],
  logs: (id: string, nodeId: string | null) => ['runs', 'one', id, 'logs', nodeId],
  rows: (id: string, nodeId: string, port: string) => ['runs', 'one', id, 'rows', nodeId, port],
  profile: (id: string, nodeId: string) => ['profiles', id, nodeId],
  sample: (id: string, nodeId: string, draw: number) => ['samples', id, nodeId, draw],
  schedules: ['schedules'],
  files: ['files'],
} as const;
