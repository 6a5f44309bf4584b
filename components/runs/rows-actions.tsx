'use client';

import { Dices, Pin, Undo2 } from 'lucide-react';
import { useCanEdit } from '#components/hooks/use-session.ts';
import { Button } from '#components/ui/button.tsx';
import type { RowsAsked } from './use-shown-rows.ts';
import { TaskProgressLine } from './task-progress.tsx';

export interface RowsActionsProps {
  asked: RowsAsked;
  /** There are more rows than are at hand. */
  isPartial: boolean;
}

/** What one may ask of a node's rows beyond the first ones. */
export function RowsActions({ asked, isPartial }: RowsActionsProps) {
  const { draw, drawRandom, showFirst, stage } = asked;
  if (stage.working)
    return <TaskProgressLine label="Keeping all rows" progress={stage.progress} onCancel={stage.cancel} />;
  return (
    <>
      {draw === null ? null : (
        <Button variant="ghost" onClick={showFirst}>
          <Undo2 aria-hidden /> First rows
        </Button>
      )}
      <Button variant="ghost" onClick={drawRandom}>
        <Dices aria-hidden /> {draw === null ? 'Random rows' : 'Draw again'}
      </Button>
      {isPartial && draw === null ? <StageButton asked={asked} /> : null}
    </>
  );
}

/** Keeps all rows of the node, so that one can go through them. */
export function StageButton({ asked: { stage } }: { asked: RowsAsked }) {
  const canEdit = useCanEdit();
  if (!canEdit) return null;
  return (
    <Button variant="ghost" onClick={stage.start} title="Makes the rows again and keeps them">
      <Pin aria-hidden /> Keep all rows
    </Button>
  );
}
