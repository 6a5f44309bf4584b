'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
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

/** What a node's rows look like. Asked for as soon as somebody looks, given up when nobody does any more. */
export function useProfile({ runId, nodeId }: NodeOfRun) {
  const client = useQueryClient();
  const [progress, setProgress] = useState<TaskProgress | null>(null);
  const queryKey = queryKeys.profile(runId, nodeId);
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => {
      setProgress(null);
      return callTask('getProfile', { params: { id: runId, nodeId }, signal, onProgress: setProgress });
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
    queryFn: ({ signal }) => {
      setProgress(null);
      return callTask('getSample', { params: { id: runId, nodeId }, signal, onProgress: setProgress });
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
      noteRows(runId, nodeId, rows);
      if (name === 'stageNode')
        await client.invalidateQueries({ queryKey: queryKeys.rows(runId, nodeId, 'output') });
      setState({ working: false, progress: null, error: null });
      void client.invalidateQueries({ queryKey: queryKeys.run(runId), exact: true });
    } catch (thrown) {
      if (!controller.signal.aborted) setState({ working: false, progress: null, error: toAppError(thrown) });
    }
  };
  return { ...state, start: () => void start(), cancel };
}
