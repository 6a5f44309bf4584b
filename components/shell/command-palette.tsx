'use client';

import { Moon, Plus, Sun, Upload, Workflow } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useTheme } from 'next-themes';
import { useEffect, useState } from 'react';
import { statusLook } from '#components/ui/status.ts';
import { usePipelines } from '#components/hooks/use-pipelines.ts';
import { useCanEdit } from '#components/hooks/use-session.ts';
import { CommandDialog, CommandGroup, CommandItem } from '#components/ui/command.tsx';
import { setPaletteOpen, usePaletteStore, type PaletteGroup } from './command-store.ts';
import { DESTINATIONS } from './navigation.ts';

/** Ctrl/Cmd+K: any page, any pipeline by name, any action. */
export function CommandPalette() {
  const { open, groups } = usePaletteStore();
  const [search, setSearch] = useState('');
  useToggleKey();
  const change = (next: boolean) => {
    setPaletteOpen(next);
    if (!next) setSearch('');
  };
  return (
    <CommandDialog
      open={open}
      onOpenChange={change}
      label="Go to"
      placeholder="Go to a pipeline, a page, an action…"
      search={search}
      onSearchChange={setSearch}
    >
      {groups.map((group) => (
        <CommandSection key={group.heading} group={group} />
      ))}
      <PipelineSection />
      <CommandSection group={usePages()} />
      <CommandSection group={useActions()} />
    </CommandDialog>
  );
}

function useToggleKey(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (
        event.key.toLowerCase() !== 'k' ||
        !(event.metaKey || event.ctrlKey) ||
        event.shiftKey ||
        event.altKey
      )
        return;
      event.preventDefault();
      setPaletteOpen(!usePaletteStore.getState().open);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
    };
  }, []);
}

function CommandSection({ group }: { group: PaletteGroup }) {
  if (group.commands.length === 0) return null;
  return (
    <CommandGroup heading={group.heading}>
      {group.commands.map(({ id, label, icon: Icon, keywords, shortcut, run }) => (
        <CommandItem
          key={id}
          value={`${group.heading}:${id}`}
          keywords={[label, ...(keywords ?? [])]}
          icon={Icon ? <Icon aria-hidden /> : null}
          {...(shortcut ? { shortcut } : {})}
          onSelect={() => {
            setPaletteOpen(false);
            run();
          }}
        >
          {label}
        </CommandItem>
      ))}
    </CommandGroup>
  );
}

function PipelineSection() {
  const { data: pipelines } = usePipelines();
  const router = useRouter();
  if (!pipelines || pipelines.length === 0) return null;
  return (
    <CommandGroup heading="Pipelines">
      {pipelines.map((pipeline) => (
        <CommandItem
          key={pipeline.id}
          value={`pipeline:${pipeline.id}`}
          keywords={[pipeline.name, pipeline.description]}
          icon={<Workflow aria-hidden />}
          aside={pipeline.lastRun ? statusLook(pipeline.lastRun.status).word : 'Never run'}
          onSelect={() => {
            setPaletteOpen(false);
            router.push(`/pipelines/${pipeline.id}`);
          }}
        >
          {pipeline.name}
        </CommandItem>
      ))}
    </CommandGroup>
  );
}

function usePages(): PaletteGroup {
  const router = useRouter();
  return {
    heading: 'Pages',
    commands: DESTINATIONS.map(({ label, href, icon }) => ({
      id: href,
      label,
      icon,
      run: () => {
        router.push(href);
      },
    })),
  };
}

function useActions(): PaletteGroup {
  const router = useRouter();
  const canEdit = useCanEdit();
  const { resolvedTheme, setTheme } = useTheme();
  const dark = resolvedTheme === 'dark';
  const theme = {
    id: 'theme',
    label: dark ? 'Switch to light' : 'Switch to dark',
    icon: dark ? Sun : Moon,
    keywords: ['theme', 'appearance'],
    run: () => {
      setTheme(dark ? 'light' : 'dark');
    },
  };
  const edits = [
    {
      id: 'new',
      label: 'New pipeline',
      icon: Plus,
      keywords: ['create', 'add'],
      run: () => {
        router.push('/pipelines?new');
      },
    },
    {
      id: 'import',
      label: 'Import a pipeline from YAML',
      icon: Upload,
      keywords: ['open', 'file', 'json'],
      run: () => {
        router.push('/pipelines?import');
      },
    },
  ];
  return { heading: 'Actions', commands: canEdit ? [...edits, theme] : [theme] };
}
