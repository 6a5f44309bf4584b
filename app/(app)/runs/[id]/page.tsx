import type { Metadata } from 'next';
import { RunPage } from '#components/runs/run-page.tsx';

export const metadata: Metadata = { title: 'Run' };

export default async function Route({ params }: { params: Promise<{ id: string }> }) {
  return <RunPage id={(await params).id} />;
}
