'use client';

import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { RowPages } from '#components/data-grid/use-row-pages.ts';
import { queryKeys } from '#components/hooks/query-keys.ts';
import { callApi } from '#lib/contracts/client.ts';
import type { NodeOfRun } from './use-node-task.ts';

const FIRST_ROWS = 200;

/** What a node of a run put out: its first rows, and the way to the rest. `enabled` is false until it has finished. */
export function useNodeRows(
  { runId, nodeId, port = 'output' }: NodeOfRun & { port?: string },
  enabled = true,
) {
  const query = useQuery({
    queryKey: queryKeys.rows(runId, nodeId, port),
    queryFn: ({ signal }) =>
      callApi('getRows', { params: { id: runId, nodeId }, query: { port, limit: FIRST_ROWS }, signal }),
    enabled,
    staleTime: 60_000,
  });
  const total = query.data?.source === 'staged' ? query.data.total : null;
  const pages = useMemo<RowPages | undefined>(
    () =>
      total === null
        ? undefined
        : {
            queryKey: queryKeys.rows(runId, nodeId, port),
            total,
            fetchPage: async (offset, limit, signal) =>
              (
                await callApi('getRows', {
                  params: { id: runId, nodeId },
                  query: { port, offset, limit },
                  signal,
                })
              ).rows,
          },
    [runId, nodeId, port, total],
  );
  return { query, pages };
}
