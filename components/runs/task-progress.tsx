import { X } from 'lucide-react';
import { formatShare } from '#components/format/numbers.ts';
import { Button } from '#components/ui/button.tsx';
import { IconButton } from '#components/ui/icon-button.tsx';
import type { TaskProgress } from '#lib/contracts/profile.ts';

/** What is done with the rows that the run did not keep. */
type Doing = 'Making its rows again' | 'Counting its rows';

function stepWords(step: TaskProgress['step'], doing: Doing): string {
  switch (step) {
    case 'waiting':
      return 'Waiting for its turn';
    case 'computing':
      return doing;
    case 'reading':
      return 'Reading its rows';
  }
}

/** `Reading its rows · 40 %` */
function progressWords(progress: TaskProgress | null, doing: Doing): string {
  if (!progress) return 'Beginning';
  const words = stepWords(progress.step, doing);
  return progress.share === null ? words : `${words} · ${formatShare(progress.share)}`;
}

/** How much of it, where that can be told. */
function valueNow(progress: TaskProgress | null): { 'aria-valuenow'?: number } {
  const share = progress?.share ?? null;
  return share === null ? {} : { 'aria-valuenow': Math.round(share * 100) };
}

function Bar({ progress, className }: { progress: TaskProgress | null; className: string }) {
  const share = progress?.share ?? null;
  return (
    <span className={`block h-1 overflow-hidden rounded-full bg-surface-3 ${className}`}>
      <span
        className={`block h-full rounded-full bg-accent transition-[width] ${share === null ? 'w-1/4 motion-safe:animate-pulse' : ''}`}
        style={share === null ? undefined : { width: `${Math.max(2, share * 100)}%` }}
      />
    </span>
  );
}

export interface ProgressProps {
  /** What is being made: "Profile of Late only". */
  label: string;
  progress: TaskProgress | null;
  onCancel: () => void;
  doing?: Doing;
}

/** How far it has come, in the middle of a panel. */
export function TaskProgressPanel({
  label,
  progress,
  onCancel,
  doing = 'Making its rows again',
}: ProgressProps) {
  const words = progressWords(progress, doing);
  return (
    <div className="flex h-full flex-col items-center justify-center gap-3 p-6">
      <div
        role="progressbar"
        aria-label={label}
        aria-valuetext={words}
        {...valueNow(progress)}
        className="flex w-56 flex-col gap-2 text-center"
      >
        <span className="tnum text-13 text-ink-2">{words}</span>
        <Bar progress={progress} className="w-full" />
      </div>
      <Button variant="ghost" onClick={onCancel}>
        Cancel
      </Button>
    </div>
  );
}

/** The same in a line. */
export function TaskProgressLine({
  label,
  progress,
  onCancel,
  doing = 'Making its rows again',
}: ProgressProps) {
  const words = progressWords(progress, doing);
  return (
    <span className="inline-flex items-center gap-2">
      <span
        role="progressbar"
        aria-label={label}
        aria-valuetext={words}
        {...valueNow(progress)}
        className="inline-flex items-center gap-2"
      >
        <span className="tnum text-12 text-ink-2">{words}</span>
        <Bar progress={progress} className="w-16" />
      </span>
      <IconButton label="Cancel" size="xs" onClick={onCancel}>
        <X aria-hidden />
      </IconButton>
    </span>
  );
}
