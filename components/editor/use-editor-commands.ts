'use client';

import { useReactFlow } from '@xyflow/react';
import {
  Cable,
  Download,
  Keyboard,
  LayoutGrid,
  Maximize,
  Play,
  Plus,
  Redo2,
  Search,
  Undo2,
} from 'lucide-react';
import { useMemo } from 'react';
import { usePaletteGroup, type PaletteCommand, type PaletteGroup } from '#components/shell/command-store.ts';
import { allDefinitions } from '#lib/nodes/catalogue.ts';
import { addBesideSelection, arrange } from './actions/edit-actions.ts';
import { exportYaml } from './actions/document-actions.ts';
import { run } from './actions/run-actions.ts';
import { FIT } from './canvas/opening-view.ts';
import { useDocument, useEditor, useSelection } from './editor-context.tsx';
import { nameOf } from './model/connection-rules.ts';
import { nodeOf } from './model/editor-document.ts';

/** What the editor adds to Ctrl+K: its actions, every step to add, every node to go to. */
export function useEditorCommands(): void {
  const editor = useEditor();
  const { fitView, setCenter } = useReactFlow();
  const only = useSelection((state) => (state.ids.size === 1 ? [...state.ids][0] : undefined));
  const nodes = useDocument((document) => document.nodes);

  const actions = useMemo((): PaletteGroup => {
    const { document, ui } = editor;
    const chosen = only !== undefined && document.getState().present.nodes[only] ? only : null;
    const name = chosen === null ? '' : nameOf(document.getState().present, chosen);
    const ofNode: PaletteCommand[] =
      chosen === null
        ? []
        : [
            {
              id: 'connect',
              label: `Connect ${name} to…`,
              icon: Cable,
              shortcut: ['L'],
              run: () => {
                ui.setState({ connectFrom: chosen });
              },
            },
            {
              id: 'run-to',
              label: `Run up to ${name}`,
              icon: Play,
              shortcut: ['mod', 'shift', 'enter'],
              run: () => void run(editor, { to: chosen }),
            },
            {
              id: 'run-from',
              label: `Run from ${name} on`,
              icon: Play,
              run: () => void run(editor, { from: chosen }),
            },
            {
              id: 'run-only',
              label: `Run only ${name}`,
              icon: Play,
              run: () => void run(editor, { from: chosen, to: chosen }),
            },
          ];
    const changing: PaletteCommand[] = [
      { id: 'run', label: 'Run', icon: Play, shortcut: ['mod', 'enter'], run: () => void run(editor) },
      ...ofNode,
      { id: 'undo', label: 'Undo', icon: Undo2, shortcut: ['mod', 'Z'], run: document.undo },
      { id: 'redo', label: 'Redo', icon: Redo2, shortcut: ['mod', 'shift', 'Z'], run: document.redo },
      {
        id: 'arrange',
        label: 'Arrange',
        icon: LayoutGrid,
        keywords: ['layout', 'tidy'],
        shortcut: ['shift', 'A'],
        run: () => void arrange(editor),
      },
    ];
    return {
      heading: 'This pipeline',
      commands: [
        ...(editor.readOnly ? [] : changing),
        {
          id: 'fit',
          label: 'Fit to the window',
          icon: Maximize,
          keywords: ['zoom'],
          shortcut: ['1'],
          run: () => void fitView(FIT),
        },
        {
          id: 'export',
          label: 'Export YAML',
          icon: Download,
          run: () => {
            exportYaml(editor);
          },
        },
        {
          id: 'shortcuts',
          label: 'Keyboard shortcuts',
          icon: Keyboard,
          shortcut: ['?'],
          run: () => {
            ui.setState({ shortcutsOpen: true });
          },
        },
      ],
    };
  }, [editor, only, fitView]);

  const adding = useMemo(
    (): PaletteGroup => ({
      heading: 'Add a step',
      commands: (editor.readOnly ? [] : allDefinitions()).map((definition) => ({
        id: definition.type,
        label: `Add ${definition.title}`,
        icon: Plus,
        keywords: definition.keywords,
        run: () => {
          addBesideSelection(editor, definition.type);
        },
      })),
    }),
    [editor],
  );

  const going = useMemo(
    (): PaletteGroup => ({
      heading: 'Go to',
      commands: Object.keys(nodes).map((id) => ({
        id,
        label: nameOf(editor.document.getState().present, id),
        icon: Search,
        keywords: [id],
        run: () => {
          const { present } = editor.document.getState();
          const at = present.positions[nodeOf(present, id).id];
          editor.selection.select([id]);
          if (at) void setCenter(at.x + 116, at.y + 40, { zoom: 1, duration: 120 });
        },
      })),
    }),
    [editor, nodes, setCenter],
  );

  usePaletteGroup(actions);
  usePaletteGroup(adding);
  usePaletteGroup(going);
}
