'use client';

import { useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { queryKeys } from '#components/hooks/query-keys.ts';
import type { TaskProgress } from '#lib/contracts/profile.ts';
import { callTask } from '#lib/contracts/task-client.ts';
import { toAppError } from '#lib/errors/app-error.ts';
import { noteRows } from './live-run-store.ts';

/** Which node of which run. */
export interface NodeOfRun {
  runId: string;
  nodeId: string;
}

/** What was looked at is counted, and kept unless it was only counted: what is known of it on this page follows. */
async function takeOver(client: QueryClient, { runId, nodeId }: NodeOfRun, rows: number): Promise<void> {
  noteRows(runId, nodeId, rows);
  await client.invalidateQueries({ queryKey: queryKeys.rows(runId, nodeId, 'output') });
  void client.invalidateQueries({ queryKey: queryKeys.run(runId), exact: true });
}

/** What a node's rows look like. Asked for as soon as somebody looks, given up when nobody does any more. */
export function useProfile({ runId, nodeId }: NodeOfRun) {
  const client = useQueryClient();
  const [progress, setProgress] = useState<TaskProgress | null>(null);
  const queryKey = queryKeys.profile(runId, nodeId);
  const query = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const profile = await callTask('getProfile', {
        params: { id: runId, nodeId },
        signal,
        onProgress: setProgress,
      });
      void takeOver(client, { runId, nodeId }, profile.rows);
      return profile;
    },
    // The rows of a run that has ended do not change.
    staleTime: Infinity,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    retry: false,
  });
  return { query, progress, cancel: () => void client.cancelQueries({ queryKey }) };
}

/** Rows drawn at random, others with each `draw`. */
export function useRandomRows({ runId, nodeId }: NodeOfRun, draw: number | null) {
  const client = useQueryClient();
  const [progress, setProgress] = useState<TaskProgress | null>(null);
  const queryKey = queryKeys.sample(runId, nodeId, draw ?? 0);
  const query = useQuery({
    queryKey,
    queryFn: async ({ signal }) => {
      const page = await callTask('getSample', {
        params: { id: runId, nodeId },
        signal,
        onProgress: setProgress,
      });
      if (page.total !== null) void takeOver(client, { runId, nodeId }, page.total);
      return page;
    },
    enabled: draw !== null,
    staleTime: Infinity,
    gcTime: 60_000,
    refetchOnWindowFocus: false,
    retry: false,
  });
  return { query, progress, cancel: () => void client.cancelQueries({ queryKey }) };
}

export interface NodeTask {
  start: () => void;
  cancel: () => void;
  working: boolean;
  progress: TaskProgress | null;
  error: Error | null;
}

/** Keeping all rows of a node, or counting them. Goes on as long as the component is there, or until it is cancelled. */
export function useNodeTask(name: 'stageNode' | 'countRows', { runId, nodeId }: NodeOfRun): NodeTask {
  const client = useQueryClient();
  const work = useRef<AbortController | null>(null);
  const [state, setState] = useState<Pick<NodeTask, 'working' | 'progress' | 'error'>>({
    working: false,
    progress: null,
    error: null,
  });
  const cancel = useCallback(() => {
    work.current?.abort();
    work.current = null;
    setState({ working: false, progress: null, error: null });
  }, []);
  useEffect(
    () => () => {
      work.current?.abort();
    },
    [],
  );
  const start = async () => {
    work.current?.abort();
    const controller = new AbortController();
    work.current = controller;
    setState({ working: true, progress: null, error: null });
    try {
      const { rows } = await callTask(name, {
        params: { id: runId, nodeId },
        signal: controller.signal,
        onProgress: (progress) => {
          if (!controller.signal.aborted) setState({ working: true, progress, error: null });
        },
      });
      // Until what was kept is there to be seen.
      await takeOver(client, { runId, nodeId }, rows);
      setState({ working: false, progress: null, error: null });
    } catch (thrown) {
      if (!controller.signal.aborted) setState({ working: false, progress: null, error: toAppError(thrown) });
    }
  };
  return { ...state, start: () => void start(), cancel };
}
