'use client';

import { useCallback, useEffect } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { queryKeys } from '#components/hooks/query-keys.ts';
import { useFollowRun } from '#components/runs/live-run-store.ts';
import { isFinal } from '#components/runs/live-run.ts';
import { ResizableGroup, ResizableHandle, ResizablePanel } from '#components/ui/resizable.tsx';
import { Canvas } from './canvas/canvas.tsx';
import { ConnectDialog } from './canvas/connect-dialog.tsx';
import { NodeMenu } from './canvas/node-menu.tsx';
import { DataPanel } from './data-panel/data-panel.tsx';
import { ConflictDialog } from './dialogs/conflict-dialog.tsx';
import { RunDialog } from './dialogs/run-dialog.tsx';
import { ShortcutsDialog } from './dialogs/shortcuts-dialog.tsx';
import { useEditor, useRun } from './editor-context.tsx';
import { Inspector } from './inspector/inspector.tsx';
import { Palette } from './palette/palette.tsx';
import { TopBar } from './top-bar/top-bar.tsx';
import { useEditorCommands } from './use-editor-commands.ts';
import { useKeyboard } from './use-keyboard.ts';

/** Palette, canvas, inspector, and the data along the bottom. */
export function EditorLayout() {
  useKeyboard();
  useEditorCommands();
  useUnsavedGuard();
  useFollowing();
  const { readOnly } = useEditor();
  return (
    <div className="flex h-full min-h-0 flex-col">
      <TopBar />
      <ResizableGroup
        id={readOnly ? 'viewer-columns' : 'editor-columns'}
        orientation="horizontal"
        className="flex-1"
      >
        {readOnly ? null : (
          <>
            <ResizablePanel
              id="column-palette"
              defaultSize={160}
              minSize={140}
              maxSize={280}
              groupResizeBehavior="preserve-pixel-size"
            >
              <Palette />
            </ResizablePanel>
            <ResizableHandle aria-label="Width of the palette" />
          </>
        )}
        <ResizablePanel id="column-middle" minSize={320}>
          <ResizableGroup id="editor-rows" orientation="vertical" className="h-full">
            <ResizablePanel id="row-canvas" minSize={160}>
              <Canvas />
            </ResizablePanel>
            <ResizableHandle aria-label="Height of the data panel" />
            <ResizablePanel
              id="row-data"
              defaultSize={260}
              minSize={36}
              groupResizeBehavior="preserve-pixel-size"
            >
              <DataPanel />
            </ResizablePanel>
          </ResizableGroup>
        </ResizablePanel>
        <ResizableHandle aria-label="Width of the inspector" />
        <ResizablePanel
          id="column-inspector"
          defaultSize={344}
          minSize={280}
          maxSize={720}
          groupResizeBehavior="preserve-pixel-size"
        >
          <Inspector />
        </ResizablePanel>
      </ResizableGroup>
      <ShortcutsDialog />
      {readOnly ? null : (
        <>
          <NodeMenu />
          <ConnectDialog />
          <RunDialog />
          <ConflictDialog />
        </>
      )}
    </div>
  );
}

/** Leaving the site with something unsaved asks first; hiding the tab saves at once. */
function useUnsavedGuard(): void {
  const { save } = useEditor();
  useEffect(() => {
    const onBeforeUnload = (event: BeforeUnloadEvent) => {
      if (save.getState().status === 'saved') return;
      save.keep();
      void save.flush();
      event.preventDefault();
    };
    const onHide = () => {
      if (document.visibilityState === 'hidden') void save.flush();
    };
    const onOnline = () => void save.flush();
    window.addEventListener('beforeunload', onBeforeUnload);
    window.addEventListener('online', onOnline);
    document.addEventListener('visibilitychange', onHide);
    return () => {
      window.removeEventListener('beforeunload', onBeforeUnload);
      window.removeEventListener('online', onOnline);
      document.removeEventListener('visibilitychange', onHide);
    };
  }, [save]);
}

/** Follows the run on show until it ends; then lists and versions elsewhere are out of date. */
function useFollowing(): void {
  const client = useQueryClient();
  const shown = useRun((state) => state.run);
  const onEnd = useCallback(() => {
    void client.invalidateQueries({ queryKey: queryKeys.runs });
    void client.invalidateQueries({ queryKey: queryKeys.pipelineList });
    void client.invalidateQueries({ queryKey: queryKeys.files });
  }, [client]);
  useFollowRun(shown && !isFinal(shown.status) ? shown.id : null, onEnd);
}
