'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { callApi } from '#lib/contracts/client.ts';
import type { Retention, Role } from '#lib/contracts/workspaces.ts';
import { queryKeys } from './query-keys.ts';

export function useMembers(workspaceId: string) {
  return useQuery({
    queryKey: queryKeys.members(workspaceId),
    queryFn: async ({ signal }) =>
      (await callApi('listMembers', { params: { id: workspaceId }, signal })).members,
  });
}

export function useRenameWorkspace(workspaceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => callApi('renameWorkspace', { params: { id: workspaceId }, body: { name } }),
    onSuccess: () => void client.invalidateQueries({ queryKey: queryKeys.session }),
  });
}

export function useCreateWorkspace() {
  return useMutation({ mutationFn: (name: string) => callApi('createWorkspace', { body: { name } }) });
}

/** Adding, changing and removing members of a workspace. */
export function useMemberChanges(workspaceId: string) {
  const client = useQueryClient();
  const onSuccess = () => void client.invalidateQueries({ queryKey: queryKeys.members(workspaceId) });
  return {
    add: useMutation({
      mutationFn: (member: { email: string; role: Role }) =>
        callApi('addMember', { params: { id: workspaceId }, body: member }),
      onSuccess,
      meta: { quiet: true },
    }),
    change: useMutation({
      mutationFn: ({ userId, role }: { userId: string; role: Role }) =>
        callApi('changeMember', { params: { id: workspaceId, userId }, body: { role } }),
      onSuccess,
    }),
    remove: useMutation({
      mutationFn: (userId: string) => callApi('removeMember', { params: { id: workspaceId, userId } }),
      onSuccess,
    }),
  };
}

export function useRetention(workspaceId: string) {
  return useQuery({
    queryKey: queryKeys.retention(workspaceId),
    queryFn: ({ signal }) => callApi('getRetention', { params: { id: workspaceId }, signal }),
  });
}

export function useSetRetention(workspaceId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (retention: Retention) =>
      callApi('setRetention', { params: { id: workspaceId }, body: retention }),
    onSuccess: (retention) => {
      client.setQueryData(queryKeys.retention(workspaceId), retention);
    },
  });
}
