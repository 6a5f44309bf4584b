import type { Metadata } from 'next';
import { Suspense } from 'react';
import { SettingsPage } from '#components/settings/settings-page.tsx';

export const metadata: Metadata = { title: 'Settings' };

export default function Route() {
  return <Suspense><SettingsPage /></Suspense>;
}
