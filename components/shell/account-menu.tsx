'use client';

import { LogOut, Monitor, Moon, Settings, Sun } from 'lucide-react';
import Link from 'next/link';
import { useTheme } from 'next-themes';
import { useSession, useSignOut } from '#components/hooks/use-session.ts';
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

export const THEMES = [
  { value: 'system', label: 'System', icon: Monitor },
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
] as const;

/** Who is signed in; theme and the way out. */
export function AccountMenu({ rail }: { rail: boolean }) {
  const { data: session } = useSession();
  const { theme, setTheme } = useTheme();
  const signOut = useSignOut();
  const name = session?.user.email ?? 'Account';
  return (
    <Menu>
      <MenuTrigger
        aria-label="Account and theme"
        className="flex h-8 items-center gap-2 rounded-control px-1.5 text-left transition-colors group-data-rail/nav:justify-center group-data-rail/nav:px-0 hover:bg-surface-2 data-[state=open]:bg-surface-2 max-lg:justify-center max-lg:px-0"
      >
        <span
          aria-hidden
          className="flex size-5 shrink-0 items-center justify-center rounded-full bg-surface-3 text-[11px] font-semibold text-ink-2 uppercase"
        >
          {name.charAt(0)}
        </span>
        <span className="min-w-0 flex-1 truncate text-12 text-ink-2 group-data-rail/nav:hidden max-lg:hidden">
          {session ? name : <Skeleton className="h-3 w-24" />}
        </span>
      </MenuTrigger>
      <MenuContent align="start" side={rail ? 'right' : 'top'} className="w-52">
        <MenuLabel className="truncate">{name}</MenuLabel>
        <MenuSeparator />
        <MenuLabel>Theme</MenuLabel>
        <MenuRadioGroup value={theme ?? 'system'} onValueChange={setTheme}>
          {THEMES.map(({ value, label, icon: Icon }) => (
            <MenuRadioItem key={value} value={value}>
              <Icon aria-hidden /> {label}
            </MenuRadioItem>
          ))}
        </MenuRadioGroup>
        <MenuSeparator />
        <MenuItem asChild>
          <Link href="/settings">
            <Settings aria-hidden /> Settings
          </Link>
        </MenuItem>
        <MenuItem
          onSelect={() => {
            signOut.mutate();
          }}
        >
          <LogOut aria-hidden /> Sign out
        </MenuItem>
      </MenuContent>
    </Menu>
  );
}
