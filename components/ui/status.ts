import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CircleDotDashed,
  CirclePause,
  CircleSlash,
  CircleX,
  Clock,
  History,
  LoaderCircle,
  type LucideIcon,
} from 'lucide-react';
import type { NodeStatus, RunStatus } from '#lib/contracts/run-record.ts';

/** Every state that a run, a node or an output can be shown in. */
export type ShownStatus = RunStatus | NodeStatus | 'reused' | 'stale' | 'paused';

export interface StatusLook {
  /** The word; status is never told by colour alone. */
  word: string;
  icon: LucideIcon;
  /** Text colour. */
  text: string;
  /** Text on its own tint. */
  tint: string;
  /** Solid: stripes, bars, dots. */
  fill: string;
  /** Border colour. */
  border: string;
  /** The CSS colour, for SVG. */
  colour: string;
  spins: boolean;
}

type Role = 'running' | 'succeeded' | 'failed' | 'skipped' | 'reused' | 'stale' | 'queued' | 'cancelled';

// Written out in full, because Tailwind finds class names by reading the source.
const ROLES: Record<Role, Pick<StatusLook, 'text' | 'tint' | 'fill' | 'border'>> = {
  running: {
    text: 'text-status-running',
    tint: 'bg-status-running/10',
    fill: 'bg-status-running',
    border: 'border-status-running',
  },
  succeeded: {
    text: 'text-status-succeeded',
    tint: 'bg-status-succeeded/10',
    fill: 'bg-status-succeeded',
    border: 'border-status-succeeded',
  },
  failed: {
    text: 'text-status-failed',
    tint: 'bg-status-failed/10',
    fill: 'bg-status-failed',
    border: 'border-status-failed',
  },
  skipped: {
    text: 'text-status-skipped',
    tint: 'bg-status-skipped/10',
    fill: 'bg-status-skipped',
    border: 'border-status-skipped',
  },
  reused: {
    text: 'text-status-reused',
    tint: 'bg-status-reused/10',
    fill: 'bg-status-reused',
    border: 'border-status-reused',
  },
  stale: {
    text: 'text-status-stale',
    tint: 'bg-status-stale/10',
    fill: 'bg-status-stale',
    border: 'border-status-stale',
  },
  queued: {
    text: 'text-status-queued',
    tint: 'bg-status-queued/10',
    fill: 'bg-status-queued',
    border: 'border-status-queued',
  },
  cancelled: {
    text: 'text-status-cancelled',
    tint: 'bg-status-cancelled/10',
    fill: 'bg-status-cancelled',
    border: 'border-status-cancelled',
  },
};

const look = (role: Role, word: string, icon: LucideIcon, spins = false): StatusLook => ({
  ...ROLES[role],
  word,
  icon,
  spins,
  colour: `var(--status-${role})`,
});

const LOOKS: Record<ShownStatus, StatusLook> = {
  queued: look('queued', 'Queued', Clock),
  pending: look('queued', 'Waiting', CircleDashed),
  running: look('running', 'Running', LoaderCircle, true),
  cancelling: look('cancelled', 'Cancelling', LoaderCircle, true),
  succeeded: look('succeeded', 'Succeeded', CircleCheck),
  failed: look('failed', 'Failed', CircleX),
  interrupted: look('failed', 'Interrupted', CircleAlert),
  cancelled: look('cancelled', 'Cancelled', Ban),
  skipped: look('skipped', 'Skipped', CircleSlash),
  disabled: look('skipped', 'Disabled', CircleSlash),
  reused: look('reused', 'Reused', History),
  stale: look('stale', 'Stale', CircleDotDashed),
  paused: look('stale', 'Paused', CirclePause),
};

export function statusLook(status: ShownStatus): StatusLook {
  return LOOKS[status];
}
