'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { callApi } from '#lib/contracts/client.ts';
import type { CreatePipelineRequest, PipelineSummary } from '#lib/contracts/pipelines.ts';
import { queryKeys } from './query-keys.ts';

export function usePipelines() {
  return useQuery({
    queryKey: queryKeys.pipelineList,
    queryFn: async ({ signal }) => (await callApi('listPipelines', { signal })).pipelines,
  });
}

export function usePipeline(id: string) {
  return useQuery({
    queryKey: queryKeys.pipeline(id),
    queryFn: ({ signal }) => callApi('getPipeline', { params: { id }, signal }),
  });
}

export function useVersions(id: string) {
  return useQuery({
    queryKey: queryKeys.versions(id),
    queryFn: async ({ signal }) => (await callApi('listVersions', { params: { id }, signal })).versions,
    // Each run may make one.
    staleTime: 0,
  });
}

/** One version with its document, which never changes. */
export function useVersion(id: string, number: number) {
  return useQuery({
    queryKey: queryKeys.version(id, number),
    queryFn: ({ signal }) => callApi('getVersion', { params: { id, version: number }, signal }),
  });
}

/** Not awaited: the caller's own `onSuccess` must come before a refresh takes the caller off the page. */
function useRefreshPipelines() {
  const client = useQueryClient();
  return () => void client.invalidateQueries({ queryKey: queryKeys.pipelines });
}

export function useCreatePipeline() {
  const onSuccess = useRefreshPipelines();
  return useMutation({
    mutationFn: (pipeline: CreatePipelineRequest) => callApi('createPipeline', { body: pipeline }),
    onSuccess,
  });
}

/** Renames against the revision that the list showed. */
export function useRenamePipeline() {
  const onSuccess = useRefreshPipelines();
  return useMutation({
    mutationFn: ({ pipeline, name }: { pipeline: Pick<PipelineSummary, 'id' | 'revision'>; name: string }) =>
      callApi('savePipeline', { params: { id: pipeline.id }, body: { revision: pipeline.revision, name } }),
    onSuccess,
  });
}

/** A copy of the draft under a new name. */
export function useDuplicatePipeline() {
  const onSuccess = useRefreshPipelines();
  return useMutation({
    mutationFn: async ({ id, name }: { id: string; name: string }) => {
      const { document } = await callApi('getPipeline', { params: { id } });
      return callApi('createPipeline', { body: { name, document: { ...document, name } } });
    },
    onSuccess,
  });
}

export function useDeletePipeline() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => callApi('deletePipeline', { params: { id } }),
    // Its runs and schedules went with it.
    onSuccess: () => void client.invalidateQueries(),
  });
}
