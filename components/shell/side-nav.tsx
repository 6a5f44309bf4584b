'use client';

import { Search } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { cn } from '#components/ui/cn.ts';
import { Kbd } from '#components/ui/kbd.tsx';
import { Tooltip } from '#components/ui/tooltip.tsx';
import { AccountMenu } from './account-menu.tsx';
import { openPalette } from './command-store.ts';
import { DESTINATIONS, isWithin, wantsWidth, type Destination } from './navigation.ts';
import { WorkspaceSwitcher } from './workspace-switcher.tsx';

/** The slim bar at the left. `group/nav` with `data-rail` tells its parts to show icons only. */
export function SideNav() {
  const pathname = usePathname();
  const rail = wantsWidth(pathname);
  return (
    <div
      data-rail={rail || undefined}
      className="group/nav flex w-46 shrink-0 flex-col border-r border-line bg-surface-0 px-2 py-2 data-rail:w-12 max-lg:w-12"
    >
      <WorkspaceSwitcher rail={rail} />
      <button
        type="button"
        aria-label="Search and go to"
        onClick={openPalette}
        className="mt-2 mb-3 flex h-7 items-center gap-2 rounded-control border border-line bg-surface-1 px-2 text-12 text-ink-3 transition-colors group-data-rail/nav:justify-center hover:border-line-strong hover:text-ink-2 max-lg:justify-center"
      >
        <Search aria-hidden className="size-3.5 shrink-0" />
        <span className="flex-1 text-left group-data-rail/nav:hidden max-lg:hidden">Go to…</span>
        <Kbd keys={['mod', 'K']} className="group-data-rail/nav:hidden max-lg:hidden" />
      </button>
      <nav aria-label="Main" className="flex flex-1 flex-col gap-0.5">
        {DESTINATIONS.map((destination) => (
          <NavLink
            key={destination.href}
            destination={destination}
            current={isWithin(pathname, destination.href)}
            rail={rail}
          />
        ))}
      </nav>
      <AccountMenu rail={rail} />
    </div>
  );
}

function NavLink({
  destination,
  current,
  rail,
}: {
  destination: Destination;
  current: boolean;
  rail: boolean;
}) {
  const Icon = destination.icon;
  const link = (
    <Link
      href={destination.href}
      aria-label={destination.label}
      aria-current={current ? 'page' : undefined}
      className={cn(
        'flex h-7 items-center gap-2 rounded-control px-2 text-13 font-medium text-ink-2 transition-colors group-data-rail/nav:justify-center hover:bg-surface-2 hover:text-ink-1 max-lg:justify-center',
        current && 'bg-surface-3 text-ink-1 hover:bg-surface-3',
      )}
    >
      <Icon aria-hidden className={cn('size-4 shrink-0', current ? 'text-accent' : 'text-ink-3')} />
      <span className="group-data-rail/nav:hidden max-lg:hidden">{destination.label}</span>
    </Link>
  );
  return rail ? (
    <Tooltip content={destination.label} side="right">
      {link}
    </Tooltip>
  ) : (
    link
  );
}
