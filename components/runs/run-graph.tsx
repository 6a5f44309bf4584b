'use client';

import type { NodeRecord } from '#lib/contracts/run-record.ts';

export interface RunGraphProps {
  document: Record<string, unknown>;
  records: Readonly<Record<string, NodeRecord>>;
  selectedId: string | null;
  onSelect: (nodeId: string | null) => void;
}

/** The graph as it ran. */
export function RunGraph(_props: RunGraphProps) {
  return <div className="h-full bg-surface-0" />;
}
