'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { callApi } from '#lib/contracts/client.ts';
import type { ChangePasswordRequest } from '#lib/contracts/session.ts';
import type { Role } from '#lib/contracts/workspaces.ts';
import { queryKeys } from './query-keys.ts';

export function useSession() {
  return useQuery({
    queryKey: queryKeys.session,
    queryFn: ({ signal }) => callApi('getSession', { signal }),
    staleTime: 60_000,
  });
}

/** What the person may do in the workspace; null until that is known. */
function useRole(): Role | null {
  return useSession().data?.workspace?.role ?? null;
}

/** Whether buttons that change something are offered. Row-level security decides, this only spares a refusal. */
export function useCanEdit(): boolean {
  const role = useRole();
  return role === 'owner' || role === 'editor';
}

export function useSelectWorkspace() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (workspaceId: string) => callApi('selectWorkspace', { body: { workspaceId } }),
    onSuccess: (session) => {
      client.clear();
      client.setQueryData(queryKeys.session, session);
    },
  });
}

export function useSignIn() {
  return useMutation({
    mutationFn: (credentials: { email: string; password: string }) =>
      callApi('signIn', { body: credentials }),
    meta: { quiet: true },
  });
}

export function useSignOut() {
  return useMutation({
    mutationFn: () => callApi('signOut', {}),
    // A full load: nothing of this person's stays in memory.
    onSuccess: () => {
      window.location.assign('/sign-in');
    },
  });
}

export function useChangePassword() {
  return useMutation({
    mutationFn: (request: ChangePasswordRequest) => callApi('changePassword', { body: request }),
    meta: { quiet: true },
  });
}
