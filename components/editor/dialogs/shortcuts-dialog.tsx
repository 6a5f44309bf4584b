'use client';

import { Dialog, DialogContent } from '#components/ui/dialog.tsx';
import { Kbd } from '#components/ui/kbd.tsx';
import { useEditor, useUi } from '../editor-context.tsx';
import { SHORTCUTS } from '../shortcuts.ts';

/** Every key of the editor on one sheet. */
export function ShortcutsDialog() {
  const { ui } = useEditor();
  const open = useUi((state) => state.shortcutsOpen);
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => {
        ui.setState({ shortcutsOpen: next });
      }}
    >
      <DialogContent title="Keyboard shortcuts" className="w-[min(calc(100vw-32px),44rem)]">
        <div className="grid gap-x-8 gap-y-4 sm:grid-cols-2">
          {(['Edit', 'Canvas', 'Run'] as const).map((group) => (
            <section key={group}>
              <h3 className="caption mb-1">{group}</h3>
              <dl>
                {SHORTCUTS.filter((shortcut) => shortcut.group === group).map((shortcut) => (
                  <div key={shortcut.id} className="flex h-7 items-center justify-between gap-4">
                    <dt className="text-13 text-ink-1">{shortcut.words}</dt>
                    <dd>
                      <Kbd keys={shortcut.keys} />
                    </dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </DialogContent>
    </Dialog>
  );
}
