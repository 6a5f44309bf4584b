'use client';

import { ChevronDown, Play, Square } from 'lucide-react';
import Link from 'next/link';
import { formatClock, formatDuration } from '#components/format/time.ts';
import { useNow } from '#components/hooks/use-now.ts';
import { isFinal, type LiveRun } from '#components/runs/live-run.ts';
import { useLiveRun } from '#components/runs/live-run-store.ts';
import { runHref } from '#components/runs/run-link.ts';
import { Button } from '#components/ui/button.tsx';
import { Menu, MenuContent, MenuItem, MenuSeparator, MenuTrigger } from '#components/ui/dropdown-menu.tsx';
import { StatusBadge } from '#components/ui/status-badge.tsx';
import type { RunSummary } from '#lib/contracts/runs.ts';
import { cancelRun, run } from '../actions/run-actions.ts';
import { useDocument, useEditor, useRun, useSelection } from '../editor-context.tsx';
import { nameOf } from '../model/connection-rules.ts';

/** Run, cancel, and how the last run went. */
export function RunControl() {
  const editor = useEditor();
  const shown = useRun((state) => state.run);
  const starting = useRun((state) => state.starting);
  const live = useLiveRun(shown?.id ?? null);
  const status = live?.status ?? shown?.status;
  const busy = starting || (status !== undefined && !isFinal(status));
  return (
    <div className="flex shrink-0 items-center gap-2">
      {starting ? (
        <span role="status" className="text-12 text-ink-3">
          Starting…
        </span>
      ) : shown ? (
        <RunState run={shown} live={live} />
      ) : null}
      {editor.readOnly ? null : busy ? (
        <Button
          onClick={() => void cancelRun(editor)}
          disabled={starting || status === 'cancelling'}
          data-testid="cancel-run"
        >
          <Square aria-hidden /> Cancel
        </Button>
      ) : (
        <div className="flex">
          <Button
            variant="primary"
            className="rounded-r-none"
            onClick={() => void run(editor)}
            data-testid="run"
          >
            <Play aria-hidden /> Run
          </Button>
          <RunMenu />
        </div>
      )}
    </div>
  );
}

function RunMenu() {
  const editor = useEditor();
  const only = useSelection((state) => (state.ids.size === 1 ? [...state.ids][0] : undefined));
  const name = useDocument((document) =>
    only !== undefined && document.nodes[only] ? nameOf(document, only) : null,
  );
  const hasParameters = useDocument((document) => Object.keys(document.parameters).length > 0);
  return (
    <Menu>
      <MenuTrigger asChild>
        <Button
          variant="primary"
          className="rounded-l-none border-l border-accent-on/30 px-1.5"
          aria-label="More ways to run"
        >
          <ChevronDown aria-hidden />
        </Button>
      </MenuTrigger>
      <MenuContent align="end">
        <MenuItem shortcut={['mod', 'enter']} onSelect={() => void run(editor)}>
          Run the draft on screen
        </MenuItem>
        <MenuItem
          disabled={!hasParameters}
          onSelect={() => {
            editor.ui.setState({ runDialog: {} });
          }}
        >
          Run with parameters…
        </MenuItem>
        <MenuSeparator />
        <MenuItem
          disabled={name === null}
          shortcut={['mod', 'shift', 'enter']}
          onSelect={() => {
            if (only !== undefined) void run(editor, { to: only });
          }}
        >
          {name === null ? 'Run up to the selected node' : `Run up to ${name}`}
        </MenuItem>
        <MenuItem
          disabled={name === null}
          onSelect={() => {
            if (only !== undefined) void run(editor, { from: only });
          }}
        >
          {name === null ? 'Run from the selected node on' : `Run from ${name} on`}
        </MenuItem>
        <MenuItem
          disabled={name === null}
          onSelect={() => {
            if (only !== undefined) void run(editor, { from: only, to: only });
          }}
        >
          {name === null ? 'Run only the selected node' : `Run only ${name}`}
        </MenuItem>
      </MenuContent>
    </Menu>
  );
}

/** `Running · version 12 · 0:07 · 3 of 6`, and afterwards how long it took; leads to the run's page. */
function RunState({ run: shown, live }: { run: RunSummary; live: LiveRun | undefined }) {
  const status = live?.status ?? shown.status;
  return (
    <Link
      href={runHref(shown)}
      title="Open the run"
      data-testid="run-state"
      className="flex h-7 items-center gap-1.5 rounded-control px-1 text-12 text-ink-3 hover:bg-surface-2"
    >
      <StatusBadge status={status} />
      <span className="tnum whitespace-nowrap max-lg:hidden">version {shown.version}</span>
      {isFinal(status) ? <FinalWords shown={shown} live={live} /> : <RunningWords live={live} />}
    </Link>
  );
}

function FinalWords({ shown, live }: { shown: RunSummary; live: LiveRun | undefined }) {
  const durationMs = live?.durationMs ?? shown.durationMs;
  return durationMs === null ? null : (
    <span className="tnum whitespace-nowrap">· {formatDuration(durationMs)}</span>
  );
}

function RunningWords({ live }: { live: LiveRun | undefined }) {
  const now = useNow('second');
  const nodes = Object.values(live?.nodes ?? {});
  const done = nodes.filter((node) => node.status !== 'pending' && node.status !== 'running').length;
  return (
    <span className="tnum whitespace-nowrap">
      {live?.startedAt ? `· ${formatClock(now - new Date(live.startedAt).getTime())}` : ''}
      {nodes.length > 0 ? ` · ${done} of ${nodes.length}` : ''}
    </span>
  );
}
