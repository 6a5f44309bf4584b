/** Dropdown and context menus look the same. */
export const menuStyles = {
  content:
    'floating z-50 max-h-[min(24rem,var(--radix-popper-available-height,24rem))] min-w-44 max-w-72 overflow-y-auto p-1 outline-none animate-in fade-in-0 duration-100',
  item: 'relative flex min-h-7 items-center gap-2 rounded-control px-2 py-1 text-13 text-ink-1 outline-none select-none data-[disabled]:opacity-50 data-[highlighted]:bg-surface-2 [&_svg]:size-3.5 [&_svg]:shrink-0 [&_svg]:text-ink-3',
  danger: 'text-status-failed [&_svg]:text-status-failed',
  inset: 'pl-7',
  indicator: 'absolute left-2 flex items-center',
  separator: 'mx-1 my-1 h-px bg-line',
  label: 'px-2 pt-1.5 pb-1 text-12 font-medium text-ink-3',
  shortcut: 'ml-auto pl-4',
} as const;
