'use client';

import { ReactFlowProvider } from '@xyflow/react';
import { useEffect, useState } from 'react';
import { usePipeline } from '#components/hooks/use-pipelines.ts';
import { useCanEdit, useSession } from '#components/hooks/use-session.ts';
import { QueryError } from '#components/shell/query-error.tsx';
import { Button } from '#components/ui/button.tsx';
import { ErrorPanel } from '#components/ui/error-panel.tsx';
import type { PipelineDetail } from '#lib/contracts/pipelines.ts';
import { readDocument } from '#lib/document/read.ts';
import type { PipelineDocument } from '#lib/document/schema.ts';
import { restoreUnsaved } from './actions/document-actions.ts';
import { showLastRun } from './actions/run-actions.ts';
import { withPositions } from './canvas/layout.ts';
import { EditorContext } from './editor-context.tsx';
import { EditorLayout } from './editor-layout.tsx';
import { EditorSkeleton } from './editor-skeleton.tsx';
import { fromDocument } from './model/editor-document.ts';
import { openEditor, type Editor } from './stores/editor.ts';
import { StalenessProvider } from './stores/staleness-context.tsx';

/** The editor of one pipeline, from loading on. */
export function EditorPage({ id }: { id: string }) {
  const pipeline = usePipeline(id);
  const session = useSession();
  // What was loaded first stays the base: a later answer must not take the place of what is being edited.
  const [base, setBase] = useState<PipelineDetail | null>(null);
  if (pipeline.data && pipeline.isFetchedAfterMount && base?.id !== id) setBase(pipeline.data);
  if (pipeline.error && !base)
    return <QueryError className="m-5" error={pipeline.error} onRetry={() => void pipeline.refetch()} />;
  // Who may change it must be known first: nothing is offered that is then taken away.
  return base?.id === id && (session.data || session.error) ? (
    <LoadedPipeline key={id} pipeline={base} />
  ) : (
    <EditorSkeleton />
  );
}

/** Draws what can be drawn; what cannot is told before anything is saved over it. */
function LoadedPipeline({ pipeline }: { pipeline: PipelineDetail }) {
  const { document, nodes, edges, faults } = readDocument(pipeline.document);
  const [accepted, setAccepted] = useState(false);
  const raw = pipeline.document as { nodes?: unknown[]; edges?: unknown[] };
  const lost = (raw.nodes?.length ?? 0) - nodes.length + (raw.edges?.length ?? 0) - edges.length;
  if (!document || (lost > 0 && !accepted)) {
    return (
      <div className="mx-auto flex max-w-180 flex-col gap-4 p-6">
        <ErrorPanel
          error={{
            code: 'document-unreadable',
            message: document
              ? `${lost} of its nodes or edges cannot be drawn.`
              : 'This document cannot be drawn.',
            hint: 'Repair it as text: export it from the list of pipelines, and import it again.',
            issues: faults,
          }}
          where={pipeline.name}
          action={
            document ? (
              <Button
                onClick={() => {
                  setAccepted(true);
                }}
              >
                Go on without them
              </Button>
            ) : null
          }
        />
      </div>
    );
  }
  return <OpenEditor pipeline={pipeline} document={document} />;
}

function OpenEditor({ pipeline, document }: { pipeline: PipelineDetail; document: PipelineDocument }) {
  const [editor, setEditor] = useState<Editor | null>(null);
  const readOnly = !useCanEdit();
  const text = JSON.stringify(document);
  useEffect(() => {
    const controller = new AbortController();
    let opened: Editor | null = null;
    void withPositions(fromDocument(JSON.parse(text) as PipelineDocument)).then(async (start) => {
      if (controller.signal.aborted) return;
      opened = openEditor(pipeline, start, { readOnly });
      setEditor(opened);
      opened.bind.refresh();
      if (!readOnly) await restoreUnsaved(opened);
      await showLastRun(opened, controller.signal);
    });
    return () => {
      controller.abort();
      opened?.dispose();
    };
  }, [pipeline, text, readOnly]);
  if (!editor) return <EditorSkeleton />;
  return (
    <EditorContext value={editor}>
      <StalenessProvider>
        <ReactFlowProvider>
          <EditorLayout />
        </ReactFlowProvider>
      </StalenessProvider>
    </EditorContext>
  );
}
