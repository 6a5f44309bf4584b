'use client';

import { useDocument, useSelection } from '../editor-context.tsx';
import { EdgeInspector } from './edge-inspector.tsx';
import { NodeInspector } from './node-inspector.tsx';
import { PipelineInspector } from './pipeline-inspector.tsx';
import { SelectionInspector } from './selection-inspector.tsx';

/** The panel at the right: of the one node or edge that is selected, else of the pipeline. */
export function Inspector() {
  const only = useSelection((state) => (state.ids.size === 1 ? [...state.ids][0] : undefined));
  const count = useSelection((state) => state.ids.size);
  const kind = useDocument((editor) =>
    only === undefined ? null : editor.nodes[only] ? 'node' : editor.edges[only] ? 'edge' : null,
  );
  return (
    <aside
      aria-label="Inspector"
      className="flex h-full min-h-0 flex-col bg-surface-1"
      data-testid="inspector"
    >
      {only !== undefined && kind === 'node' ? <NodeInspector key={only} id={only} /> : null}
      {only !== undefined && kind === 'edge' ? <EdgeInspector key={only} id={only} /> : null}
      {count > 1 ? <SelectionInspector /> : null}
      {kind === null && count <= 1 ? <PipelineInspector /> : null}
    </aside>
  );
}
