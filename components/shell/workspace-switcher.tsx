'use client';

import { ChevronsUpDown, Plus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { useSelectWorkspace, useSession } from '#components/hooks/use-session.ts';
import {
  Menu,
  MenuContent,
  MenuItem,
  MenuLabel,
  MenuRadioGroup,
  MenuRadioItem,
  MenuSeparator,
  MenuTrigger,
} from '#components/ui/dropdown-menu.tsx';
import { Skeleton } from '#components/ui/skeleton.tsx';
import { Logo } from './logo.tsx';
import { NewWorkspaceDialog } from './new-workspace-dialog.tsx';

/** Which workspace one is in; the way to another. */
export function WorkspaceSwitcher({ rail }: { rail: boolean }) {
  const { data: session } = useSession();
  const select = useSelectWorkspace();
  const router = useRouter();
  const [creating, setCreating] = useState(false);
  const enter = (id: string) => {
    if (id !== session?.workspace?.id)
      select.mutate(id, {
        onSuccess: () => {
          router.push('/');
        },
      });
  };
  return (
    <>
      <Menu>
        <MenuTrigger
          aria-label={`Workspace ${session?.workspace?.name ?? ''}`}
          className="flex h-8 w-full items-center gap-2 rounded-control px-1.5 text-left transition-colors group-data-rail/nav:justify-center group-data-rail/nav:px-0 hover:bg-surface-2 data-[state=open]:bg-surface-2 max-lg:justify-center max-lg:px-0"
        >
          <Logo className="size-5 shrink-0" />
          <span className="min-w-0 flex-1 truncate text-13 font-semibold group-data-rail/nav:hidden max-lg:hidden">
            {session ? (session.workspace?.name ?? 'No workspace') : <Skeleton className="h-3.5 w-20" />}
          </span>
          <ChevronsUpDown
            aria-hidden
            className="size-3.5 shrink-0 text-ink-3 group-data-rail/nav:hidden max-lg:hidden"
          />
        </MenuTrigger>
        <MenuContent align="start" side={rail ? 'right' : 'bottom'} className="w-56">
          <MenuLabel>Workspaces</MenuLabel>
          <MenuRadioGroup value={session?.workspace?.id ?? ''} onValueChange={enter}>
            {session?.workspaces.map((workspace) => (
              <MenuRadioItem key={workspace.id} value={workspace.id}>
                <span className="min-w-0 flex-1 truncate">{workspace.name}</span>
                <span className="text-12 text-ink-3">{workspace.role}</span>
              </MenuRadioItem>
            ))}
          </MenuRadioGroup>
          <MenuSeparator />
          <MenuItem
            onSelect={() => {
              setCreating(true);
            }}
          >
            <Plus aria-hidden /> New workspace…
          </MenuItem>
        </MenuContent>
      </Menu>
      <NewWorkspaceDialog open={creating} onOpenChange={setCreating} onCreated={enter} />
    </>
  );
}
