import type { Metadata } from 'next';
import { PipelinesPage } from '#components/pipelines/pipelines-page.tsx';

export const metadata: Metadata = { title: 'Pipelines' };

export default function Route() {
  return <PipelinesPage />;
}
