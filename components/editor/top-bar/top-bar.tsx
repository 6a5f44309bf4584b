'use client';

import {
  CalendarClock,
  Download,
  Ellipsis,
  Eye,
  History,
  Keyboard,
  Redo2,
  Undo2,
  Upload,
} from 'lucide-react';
import { useRef, useState } from 'react';
import { ScheduleDialog } from '#components/schedules/schedule-dialog.tsx';
import { Button } from '#components/ui/button.tsx';
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from '#components/ui/dropdown-menu.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import { exportYaml, importYaml } from '../actions/document-actions.ts';
import { VersionsDialog } from '../dialogs/versions-dialog.tsx';
import { useDocument, useEditor, useHistory } from '../editor-context.tsx';
import { NameInput } from '../inspector/name-input.tsx';
import { setName } from '../model/commands.ts';
import { RunControl } from './run-control.tsx';
import { SaveStatus } from './save-status.tsx';

/** Name, draft, history, versions, run. */
export function TopBar() {
  const editor = useEditor();
  const name = useDocument((document) => document.name);
  const [versions, setVersions] = useState(false);
  const [scheduling, setScheduling] = useState(false);
  return (
    <header className="flex h-11 shrink-0 items-center gap-2 border-b border-line bg-surface-1 px-2">
      <h1 className="sr-only">{name}</h1>
      <NameInput
        label="Name of the pipeline"
        className="max-w-72 flex-initial field-sizing-content"
        value={name}
        disabled={editor.readOnly}
        onCommit={(next) => {
          editor.document.apply('Rename the pipeline', (document) => setName(document, next));
        }}
      />
      {editor.readOnly ? <ReadOnlyNotice /> : <SaveStatus />}
      <div className="ml-auto flex shrink-0 items-center gap-1">
        {editor.readOnly ? null : <UndoRedo />}
        <Button
          variant="ghost"
          onClick={() => {
            setVersions(true);
          }}
        >
          <History aria-hidden />
          <span className="max-lg:sr-only">Versions</span>
        </Button>
        {editor.readOnly ? null : (
          <Button
            variant="ghost"
            onClick={() => {
              setScheduling(true);
            }}
          >
            <CalendarClock aria-hidden />
            <span className="max-lg:sr-only">Schedule</span>
          </Button>
        )}
        <MoreMenu />
      </div>
      <RunControl />
      {scheduling ? (
        <ScheduleDialog
          pipelineId={editor.pipeline.id}
          onClose={() => {
            setScheduling(false);
          }}
        />
      ) : null}
      <VersionsDialog
        open={versions}
        onClose={() => {
          setVersions(false);
        }}
      />
    </header>
  );
}

function UndoRedo() {
  const { document } = useEditor();
  const { undo, redo } = useHistory();
  return (
    <>
      <IconButton
        label={undo === null ? 'Nothing to undo' : `Undo: ${undo}`}
        shortcut={['mod', 'Z']}
        disabled={undo === null}
        onClick={document.undo}
      >
        <Undo2 aria-hidden />
      </IconButton>
      <IconButton
        label={redo === null ? 'Nothing to redo' : `Redo: ${redo}`}
        shortcut={['mod', 'shift', 'Z']}
        disabled={redo === null}
        onClick={document.redo}
      >
        <Redo2 aria-hidden />
      </IconButton>
      <span aria-hidden className="mx-1 h-4 w-px bg-line" />
    </>
  );
}

/** Why nothing can be changed here. */
function ReadOnlyNotice() {
  return (
    <p role="status" className="flex min-w-0 items-center gap-1 text-12 text-ink-3 [&_svg]:size-3.5">
      <Eye aria-hidden className="shrink-0" />
      <span className="truncate">
        You are a viewer of this workspace: you can look, but not change or run it.
      </span>
    </p>
  );
}

function MoreMenu() {
  const editor = useEditor();
  const file = useRef<HTMLInputElement>(null);
  return (
    <>
      <Menu>
        <MenuTrigger asChild>
          <IconButton label="More" tooltip={false}>
            <Ellipsis aria-hidden />
          </IconButton>
        </MenuTrigger>
        <MenuContent align="end">
          <MenuItem
            onSelect={() => {
              exportYaml(editor);
            }}
          >
            <Download aria-hidden /> Export YAML
          </MenuItem>
          {editor.readOnly ? null : (
            <MenuItem onSelect={() => file.current?.click()}>
              <Upload aria-hidden /> Import YAML…
            </MenuItem>
          )}
          <MenuSeparator />
          <MenuItem
            shortcut={['?']}
            onSelect={() => {
              editor.ui.setState({ shortcutsOpen: true });
            }}
          >
            <Keyboard aria-hidden /> Keyboard shortcuts
          </MenuItem>
        </MenuContent>
      </Menu>
      <input
        ref={file}
        type="file"
        accept=".yaml,.yml,.json"
        className="hidden"
        aria-hidden
        tabIndex={-1}
        data-testid="import-file"
        onChange={(event) => {
          const [chosen] = event.target.files ?? [];
          if (chosen) void importYaml(editor, chosen);
          event.target.value = '';
        }}
      />
    </>
  );
}
