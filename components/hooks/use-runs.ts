'use client';

import {
  keepPreviousData,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query';
import { callApi } from '#lib/contracts/client.ts';
import type { CallQuery } from '#lib/contracts/endpoints.ts';
import type { StartRunRequest } from '#lib/contracts/runs.ts';
import { queryKeys } from './query-keys.ts';

/** While something runs, a list is read again this often: its rows change without a visit. */
const LIVE_LIST_MS = 3_000;
const QUIET_LIST_MS = 20_000;

/** How far the history reaches back, today included. */
export const HISTORY_DAYS = 30;

export type RunsQuery = Omit<NonNullable<CallQuery<'listRuns'>>, 'cursor'>;

/** One page of runs, kept fresh. */
export function useRuns(query: RunsQuery) {
  return useQuery({
    queryKey: queryKeys.runList(query),
    queryFn: async ({ signal }) => callApi('listRuns', { query, signal }),
    refetchInterval: ({ state }) =>
      state.data?.runs.some((run) => run.finishedAt === null) ? LIVE_LIST_MS : QUIET_LIST_MS,
    placeholderData: keepPreviousData,
  });
}

/**
 * The runs of the last thirty days of the viewer's calendar in numbers, and the last ten of each pipeline.
 * @param lastEnd when the newest run ended that the caller knows of: another one means that the numbers are old.
 * Undefined while that is not known yet; nothing is read before.
 */
export function useRunHistory(lastEnd: string | undefined) {
  return useQuery({
    queryKey: [...queryKeys.runHistory, lastEnd],
    enabled: lastEnd !== undefined,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      callApi('getRunHistory', {
        query: { days: HISTORY_DAYS, timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone },
        signal,
      }),
    refetchInterval: QUIET_LIST_MS,
  });
}

/** Runs page by page. */
export function useRunPages(query: RunsQuery) {
  return useInfiniteQuery({
    queryKey: [...queryKeys.runList(query), 'pages'],
    queryFn: ({ pageParam, signal }) =>
      callApi('listRuns', { query: pageParam === null ? query : { ...query, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ({ state }) =>
      state.data?.pages.some((page) => page.runs.some((run) => run.finishedAt === null))
        ? LIVE_LIST_MS
        : QUIET_LIST_MS,
    placeholderData: keepPreviousData,
  });
}

export function useRun(id: string) {
  return useQuery({
    queryKey: queryKeys.run(id),
    queryFn: ({ signal }) => callApi('getRun', { params: { id }, signal }),
  });
}

/** Log lines of a run, or of one of its nodes, page by page. */
export function useLogs(runId: string, nodeId: string | null) {
  return useInfiniteQuery({
    queryKey: queryKeys.logs(runId, nodeId),
    queryFn: ({ pageParam, signal }) =>
      callApi('getLogs', {
        params: { id: runId },
        query: {
          limit: 200,
          ...(nodeId === null ? {} : { node: nodeId }),
          ...(pageParam === null ? {} : { cursor: pageParam }),
        },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** Not awaited: the caller's own `onSuccess` must come before a refresh takes the caller off the page. */
function useRefreshRuns() {
  const client = useQueryClient();
  return () => {
    void client.invalidateQueries({ queryKey: queryKeys.runs });
    void client.invalidateQueries({ queryKey: queryKeys.pipelineList });
  };
}

export function useStartRun() {
  const onSuccess = useRefreshRuns();
  return useMutation({
    mutationFn: ({ pipelineId, ...request }: StartRunRequest & { pipelineId: string }) =>
      callApi('startRun', { params: { id: pipelineId }, body: request }),
    onSuccess,
  });
}

export function useCancelRun() {
  const onSuccess = useRefreshRuns();
  return useMutation({ mutationFn: (id: string) => callApi('cancelRun', { params: { id } }), onSuccess });
}

export function useResumeRun() {
  const onSuccess = useRefreshRuns();
  return useMutation({
    mutationFn: ({ id, version }: { id: string; version: 'same' | 'newest' }) =>
      callApi('resumeRun', { params: { id }, body: { version } }),
    onSuccess,
  });
}
