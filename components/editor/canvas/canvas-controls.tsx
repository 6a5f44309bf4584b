'use client';

import { Panel, useReactFlow, useStore } from '@xyflow/react';
import { Maximize, Minus, Network, Plus, StickyNote } from 'lucide-react';
import { IconButton } from '#components/ui/icon-button.tsx';
import { arrange } from '../actions/edit-actions.ts';
import { addNote } from '../actions/note-actions.ts';
import { useEditor } from '../editor-context.tsx';
import { FIT } from './opening-view.ts';

const percentOf = (state: { transform: readonly [number, number, number] }) =>
  Math.round(state.transform[2] * 100);

/** Zoom, fit, arrange, at the lower left. */
export function CanvasControls() {
  const editor = useEditor();
  const { zoomIn, zoomOut, fitView, zoomTo, screenToFlowPosition } = useReactFlow();
  const percent = useStore(percentOf);
  const fit = () => void fitView({ ...FIT, duration: 120 });
  return (
    <Panel
      position="bottom-left"
      className="flex items-center gap-0.5 rounded-control border border-line bg-surface-1 p-0.5"
    >
      <IconButton size="xs" label="Zoom out" onClick={() => void zoomOut()}>
        <Minus aria-hidden />
      </IconButton>
      <button
        type="button"
        aria-label={`Zoom ${percent} %, reset to 100 %`}
        onClick={() => void zoomTo(1)}
        className="tnum h-6 w-12 rounded-control text-12 text-ink-2 hover:bg-surface-2"
      >
        {percent} %
      </button>
      <IconButton size="xs" label="Zoom in" onClick={() => void zoomIn()}>
        <Plus aria-hidden />
      </IconButton>
      <IconButton size="xs" label="Fit to the window" shortcut={['1']} onClick={fit}>
        <Maximize aria-hidden />
      </IconButton>
      {editor.readOnly ? null : (
        <>
          <span aria-hidden className="mx-0.5 h-4 w-px bg-line" />
          <IconButton
            size="xs"
            label="Arrange"
            shortcut={['shift', 'A']}
            onClick={() => void arrange(editor).then(fit)}
          >
            <Network aria-hidden />
          </IconButton>
          <IconButton
            size="xs"
            label="Add a note"
            onClick={() => {
              addNote(editor, screenToFlowPosition({ x: window.innerWidth / 2, y: window.innerHeight / 2 }));
            }}
          >
            <StickyNote aria-hidden />
          </IconButton>
        </>
      )}
    </Panel>
  );
}
