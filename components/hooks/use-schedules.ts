'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { callApi } from '#lib/contracts/client.ts';
import type { CreateScheduleRequest, UpdateScheduleRequest } from '#lib/contracts/schedules.ts';
import { queryKeys } from './query-keys.ts';

export function useSchedules() {
  return useQuery({
    queryKey: queryKeys.schedules,
    queryFn: async ({ signal }) => (await callApi('listSchedules', { signal })).schedules,
    // A due time passes without anyone touching the page.
    refetchInterval: 20_000,
  });
}

/** Making, changing and deleting schedules. */
export function useScheduleChanges() {
  const client = useQueryClient();
  const onSuccess = () => void client.invalidateQueries({ queryKey: queryKeys.schedules });
  return {
    create: useMutation({
      mutationFn: (schedule: CreateScheduleRequest) => callApi('createSchedule', { body: schedule }),
      onSuccess,
      meta: { quiet: true },
    }),
    update: useMutation({
      mutationFn: ({ id, change }: { id: string; change: UpdateScheduleRequest }) =>
        callApi('updateSchedule', { params: { id }, body: change }),
      onSuccess,
    }),
    remove: useMutation({
      mutationFn: (id: string) => callApi('deleteSchedule', { params: { id } }),
      onSuccess,
    }),
  };
}
