'use client';

import { useMemo, useState } from 'react';
import { useVersion } from '#components/hooks/use-pipelines.ts';
import { QueryError } from '#components/shell/query-error.tsx';
import { CodeBlock } from '#components/ui/code-block.tsx';
import { SegmentedControl } from '#components/ui/segmented-control.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { ErrorPanel } from '#components/ui/error-panel.tsx';
import { readDocument } from '#lib/document/read.ts';
import type { PipelineDocument } from '#lib/document/schema.ts';
import { toYaml } from '#lib/document/serialise.ts';
import { ReadOnlyGraph } from '../canvas/read-only-graph.tsx';
import { useDocument, useEditor } from '../editor-context.tsx';
import { changesBetween, changesInWords } from '../model/document-changes.ts';
import { toDocument } from '../model/editor-document.ts';

/** An earlier version to look at: drawn, as text, and in words what became of it since. */
export function VersionView({ number }: { number: number }) {
  const { pipeline } = useEditor();
  const version = useVersion(pipeline.id, number);
  const read = useMemo(() => (version.data ? readDocument(version.data.document) : null), [version.data]);
  if (version.error) return <QueryError error={version.error} onRetry={() => void version.refetch()} />;
  if (!read) return <Skeleton className="h-96" />;
  if (!read.document)
    return (
      <ErrorPanel
        error={{
          code: 'document-unreadable',
          message: 'This version cannot be drawn.',
          hint: null,
          issues: read.faults,
        }}
      />
    );
  return <Document document={read.document} number={number} />;
}

const WAYS = [
  { value: 'graph', label: 'Graph' },
  { value: 'yaml', label: 'YAML' },
] as const;

function Document({ document, number }: { document: PipelineDocument; number: number }) {
  const [way, setWay] = useState<'graph' | 'yaml'>('graph');
  const [selectedId, setSelectedId] = useState<string | null>(null);
  const draft = useDocument((editor) => editor);
  const changes = useMemo(
    () => changesInWords(changesBetween(document, toDocument(draft))),
    [document, draft],
  );
  return (
    <div className="flex flex-col gap-3">
      <div className="flex items-center gap-3">
        <p className="min-w-0 flex-1 text-13 text-ink-2">
          Compared with version {number}, the draft {changes}.
        </p>
        <SegmentedControl label="How to look at it" value={way} onValueChange={setWay} options={WAYS} />
      </div>
      {way === 'graph' ? (
        <div className="h-96 overflow-hidden rounded-control border border-line">
          <ReadOnlyGraph
            document={document}
            records={NO_RECORDS}
            selectedId={selectedId}
            onSelect={setSelectedId}
          />
        </div>
      ) : (
        <CodeBlock code={toYaml(document)} label="YAML" maxHeight="h-96" />
      )}
    </div>
  );
}

const NO_RECORDS = {};
