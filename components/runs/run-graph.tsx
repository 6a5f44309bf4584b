'use client';

import dynamic from 'next/dynamic';
import { useMemo } from 'react';
import { EmptyState } from '#components/ui/empty-state.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { readDocument } from '#lib/document/read.ts';
import type { LiveNode } from './live-run.ts';

// The canvas is heavy, and a run's head and timeline can be read before it is there.
const ReadOnlyGraph = dynamic(
  async () => (await import('#components/editor/canvas/read-only-graph.tsx')).ReadOnlyGraph,
  {
    ssr: false,
    loading: () => (
      <div className="flex h-full items-center justify-center gap-10">
        {[0, 1, 2].map((index) => (
          <Skeleton key={index} className="h-18 w-40 rounded-panel" />
        ))}
      </div>
    ),
  },
);

export interface RunGraphProps {
  /** The document that ran, as it was stored. */
  document: Record<string, unknown>;
  records: Readonly<Record<string, LiveNode>>;
  selectedId: string | null;
  onSelect: (nodeId: string | null) => void;
}

/** The graph as it ran. */
export function RunGraph({ document, ...props }: RunGraphProps) {
  const read = useMemo(() => readDocument(document).document, [document]);
  if (!read) return <EmptyState compact title="This version can’t be drawn" />;
  return <ReadOnlyGraph document={read} {...props} />;
}
