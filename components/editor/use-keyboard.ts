'use client';

import { useReactFlow } from '@xyflow/react';
import { useEffect } from 'react';
import { copyText } from './model/clipboard.ts';
import {
  arrange,
  deleteSelection,
  duplicateSelection,
  pasteText,
  toggleDisabled,
} from './actions/edit-actions.ts';
import { run } from './actions/run-actions.ts';
import { FIT } from './canvas/opening-view.ts';
import { useEditor } from './editor-context.tsx';
import { shortcutOf, takesTyping, type ShortcutId } from './shortcuts.ts';
import type { Editor } from './stores/editor.ts';

interface Pointer {
  x: number;
  y: number;
  /** The last thing done was a press of the pointer on the canvas: Tab then means quick-add, not the next control. */
  onCanvas: boolean;
}

/** The editor's keys. Those without Ctrl only while the canvas, or nothing, has focus; none while text is typed. */
export function useKeyboard(): void {
  const editor = useEditor();
  const { fitView, zoomTo, screenToFlowPosition } = useReactFlow();
  useEffect(() => {
    const pointer: Pointer = { x: 0, y: 0, onCanvas: false };
    const canvasOps: Partial<Record<ShortcutId, () => void>> = {
      fit: () => void fitView({ ...FIT, duration: 120 }),
      'zoom-reset': () => void zoomTo(1, { duration: 120 }),
      'quick-add': () => {
        if (editor.readOnly) return;
        const at = { x: pointer.x, y: pointer.y };
        editor.ui.setState({ nodeMenu: { at, place: screenToFlowPosition(at) } });
      },
    };
    const onKeyDown = (event: KeyboardEvent) => {
      const id = event.defaultPrevented || takesTyping(event.target) ? null : shortcutOf(event);
      const wasOnCanvas = pointer.onCanvas;
      if (event.key === 'Tab') pointer.onCanvas = false;
      if (id === null) return;
      const plain = !(event.ctrlKey || event.metaKey) && id !== 'help';
      if (plain && !isCanvas(event.target)) return;
      if (id === 'quick-add' && !wasOnCanvas) return;
      const act = canvasOps[id] ?? actionOf(editor, id);
      if (!act) return;
      event.preventDefault();
      act();
    };
    const onPointer = (event: PointerEvent) => {
      Object.assign(pointer, { x: event.clientX, y: event.clientY });
      if (event.type === 'pointerdown') pointer.onCanvas = isCanvas(event.target);
    };
    const clipboard = clipboardListeners(editor, () =>
      pointer.onCanvas ? screenToFlowPosition({ x: pointer.x, y: pointer.y }) : undefined,
    );
    window.addEventListener('keydown', onKeyDown);
    window.addEventListener('pointerdown', onPointer);
    window.addEventListener('pointermove', onPointer);
    for (const [type, listener] of clipboard) window.addEventListener(type, listener);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
      window.removeEventListener('pointerdown', onPointer);
      window.removeEventListener('pointermove', onPointer);
      for (const [type, listener] of clipboard) window.removeEventListener(type, listener);
    };
  }, [editor, fitView, zoomTo, screenToFlowPosition]);
}

function isCanvas(target: EventTarget | null): boolean {
  return target instanceof Element && (target === document.body || target.closest('.react-flow') !== null);
}

/** What a viewer's keys may do besides zooming and copying. */
const FOR_VIEWERS: ReadonlySet<ShortcutId> = new Set(['select-all', 'deselect', 'help']);

/** What a shortcut does; null for those that the browser or another listener takes care of. */
function actionOf(editor: Editor, id: ShortcutId): (() => void) | null {
  if (editor.readOnly && !FOR_VIEWERS.has(id)) return null;
  const { document, selection, ui, save } = editor;
  const { present } = document.getState();
  const selected = [...selection.getState().ids].filter((each) => present.nodes[each]);
  const [only] = selected;
  switch (id) {
    case 'undo':
      return document.undo;
    case 'redo':
      return document.redo;
    case 'duplicate':
      return () => {
        duplicateSelection(editor);
      };
    case 'select-all':
      return () => {
        selection.select([...present.nodeIds, ...Object.keys(present.notes)]);
      };
    case 'deselect':
      return () => {
        selection.select([]);
      };
    case 'delete':
      return () => {
        deleteSelection(editor);
      };
    case 'rename':
      return () => {
        if (only !== undefined) ui.setState({ renaming: only });
      };
    case 'disable':
      return () => {
        toggleDisabled(editor);
      };
    case 'connect':
      return () => {
        if (only !== undefined) ui.setState({ connectFrom: only });
      };
    case 'arrange':
      return () => void arrange(editor);
    case 'run':
      return () => void run(editor);
    case 'run-to':
      return () => {
        if (only !== undefined) void run(editor, { to: only });
      };
    case 'save':
      return () => void save.flush();
    case 'help':
      return () => {
        ui.setState({ shortcutsOpen: true });
      };
    case 'copy':
    case 'cut':
    case 'paste':
    case 'fit':
    case 'zoom-reset':
    case 'quick-add':
    case 'pan':
    case 'marquee':
    case 'commands':
      return null;
  }
}

/** The browser's own clipboard events need no permission, and leave selected text to the browser. */
function clipboardListeners(
  editor: Editor,
  at: () => { x: number; y: number } | undefined,
): [string, (event: Event) => void][] {
  const take = (event: Event, cut: boolean) => {
    if (
      !(event instanceof ClipboardEvent) ||
      takesTyping(event.target) ||
      !(window.getSelection()?.isCollapsed ?? true)
    )
      return;
    const text = copyText(editor.document.getState().present, editor.selection.getState().ids);
    if (text === null) return;
    event.preventDefault();
    event.clipboardData?.setData('text/plain', text);
    if (cut) deleteSelection(editor);
  };
  return [
    [
      'copy',
      (event) => {
        take(event, false);
      },
    ],
    [
      'cut',
      (event) => {
        take(event, true);
      },
    ],
    [
      'paste',
      (event) => {
        if (!(event instanceof ClipboardEvent) || takesTyping(event.target)) return;
        const text = event.clipboardData?.getData('text/plain') ?? '';
        if (text === '' || editor.readOnly) return;
        event.preventDefault();
        pasteText(editor, text, at());
      },
    ],
  ];
}
