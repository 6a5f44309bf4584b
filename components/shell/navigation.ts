import {
  CalendarClock,
  LayoutDashboard,
  ListChecks,
  Settings,
  Workflow,
  type LucideIcon,
} from 'lucide-react';

export interface Destination {
  label: string;
  href: string;
  icon: LucideIcon;
}

export const DESTINATIONS: readonly Destination[] = [
  { label: 'Dashboard', href: '/', icon: LayoutDashboard },
  { label: 'Pipelines', href: '/pipelines', icon: Workflow },
  { label: 'Runs', href: '/runs', icon: ListChecks },
  { label: 'Schedules', href: '/schedules', icon: CalendarClock },
  { label: 'Settings', href: '/settings', icon: Settings },
];

/** Whether a page belongs to a destination: its own path or one below it. */
export function isWithin(pathname: string, href: string): boolean {
  return href === '/' ? pathname === '/' : pathname === href || pathname.startsWith(`${href}/`);
}

/** The editor and a run want the width: there the navigation is a rail of icons. */
export function wantsWidth(pathname: string): boolean {
  return /^\/(pipelines|runs)\/[^/]+/.test(pathname);
}
