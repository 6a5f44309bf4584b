import type { Metadata } from 'next';
import { Suspense } from 'react';
import { SchedulesPage } from '#components/schedules/schedules-page.tsx';

export const metadata: Metadata = { title: 'Schedules' };

export default function Route() {
  return <Suspense><SchedulesPage /></Suspense>;
}
