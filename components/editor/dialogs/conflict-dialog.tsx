'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { formatRelative } from '#components/format/time.ts';
import { useNow } from '#components/hooks/use-now.ts';
import { Button } from '#components/ui/button.tsx';
import { Dialog, DialogContent } from '#components/ui/dialog.tsx';
import { toast } from '#components/ui/toast.tsx';
import type { PipelineDetail } from '#lib/contracts/pipelines.ts';
import { readDocument } from '#lib/document/read.ts';
import { saveMineAsCopy, takeTheirs } from '../actions/document-actions.ts';
import { useDocument, useEditor, useSave } from '../editor-context.tsx';
import { changesBetween, changesInWords } from '../model/document-changes.ts';
import { toDocument } from '../model/editor-document.ts';

/** Someone else saved: a choice that cannot be passed over, and none of whose ends loses anything unseen. */
export function ConflictDialog() {
  const theirs = useSave((state) => (state.status === 'conflict' ? state.theirs : null));
  return theirs ? <Choice theirs={theirs} /> : null;
}

function Choice({ theirs }: { theirs: PipelineDetail }) {
  const editor = useEditor();
  const router = useRouter();
  const now = useNow('minute');
  const mine = useDocument((document) => document);
  const [busy, setBusy] = useState(false);
  const other = readDocument(theirs.document).document;
  const difference = other
    ? `Compared with theirs, yours ${changesInWords(changesBetween(other, toDocument(mine)))}.`
    : 'Theirs is a document that cannot be read here.';
  const act = (choice: () => Promise<unknown>) => () => {
    setBusy(true);
    void choice().finally(() => {
      setBusy(false);
    });
  };
  const copy = async () => {
    const made = await saveMineAsCopy(editor);
    if (made)
      toast.success(`Yours is saved as “${made.name}”.`, {
        action: {
          label: 'Open',
          onClick: () => {
            router.push(`/pipelines/${made.id}`);
          },
        },
      });
  };
  return (
    <Dialog open>
      <DialogContent
        title="This pipeline was saved elsewhere"
        description={`Another tab or person saved it ${formatRelative(new Date(theirs.updatedAt), { now: new Date(now) })}. Nothing of yours is lost: choose how to go on.`}
        mustChoose
      >
        <p className="mb-3 text-13 text-ink-2">{difference}</p>
        <ul className="flex flex-col gap-2">
          <Way
            words="Save mine over theirs"
            hint="Their version stays in the history if it was run or published."
            button="Keep mine"
            primary
            busy={busy}
            onClick={act(() => editor.save.keepMine())}
          />
          <Way
            words="Go on from theirs"
            hint="Undo brings yours back on screen."
            button="Take theirs"
            busy={busy}
            onClick={act(() => takeTheirs(editor))}
          />
          <Way
            words="Have both"
            hint="Yours becomes a new pipeline; this one shows theirs."
            button="Save mine as a copy"
            busy={busy}
            onClick={act(copy)}
          />
        </ul>
      </DialogContent>
    </Dialog>
  );
}

interface WayProps {
  words: string;
  hint: string;
  button: string;
  primary?: boolean;
  busy: boolean;
  onClick: () => void;
}

function Way({ words, hint, button, primary, busy, onClick }: WayProps) {
  return (
    <li className="flex items-center gap-3 rounded-control border border-line p-3">
      <div className="min-w-0 flex-1">
        <p className="text-13 font-medium">{words}</p>
        <p className="text-12 text-ink-3">{hint}</p>
      </div>
      <Button variant={primary ? 'primary' : 'secondary'} disabled={busy} onClick={onClick}>
        {button}
      </Button>
    </li>
  );
}
