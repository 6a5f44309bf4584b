/** One thing that a key does, as the sheet shows it and the keyboard finds it. */
export interface Shortcut {
  id: ShortcutId;
  /** `mod` is Ctrl, or Command on a Mac. */
  keys: readonly string[];
  words: string;
  group: 'Edit' | 'Canvas' | 'Run';
}

export type ShortcutId =
  | 'undo'
  | 'redo'
  | 'copy'
  | 'cut'
  | 'paste'
  | 'duplicate'
  | 'select-all'
  | 'delete'
  | 'rename'
  | 'disable'
  | 'connect'
  | 'quick-add'
  | 'fit'
  | 'zoom-reset'
  | 'arrange'
  | 'pan'
  | 'marquee'
  | 'deselect'
  | 'run'
  | 'run-to'
  | 'save'
  | 'commands'
  | 'help';

export const SHORTCUTS: readonly Shortcut[] = [
  { id: 'undo', keys: ['mod', 'Z'], words: 'Undo', group: 'Edit' },
  { id: 'redo', keys: ['mod', 'shift', 'Z'], words: 'Redo', group: 'Edit' },
  { id: 'copy', keys: ['mod', 'C'], words: 'Copy', group: 'Edit' },
  { id: 'cut', keys: ['mod', 'X'], words: 'Cut', group: 'Edit' },
  { id: 'paste', keys: ['mod', 'V'], words: 'Paste, also in another pipeline', group: 'Edit' },
  { id: 'duplicate', keys: ['mod', 'D'], words: 'Duplicate', group: 'Edit' },
  { id: 'select-all', keys: ['mod', 'A'], words: 'Select everything', group: 'Edit' },
  { id: 'deselect', keys: ['escape'], words: 'Select nothing', group: 'Edit' },
  { id: 'delete', keys: ['Delete'], words: 'Delete', group: 'Edit' },
  { id: 'rename', keys: ['F2'], words: 'Rename the node', group: 'Edit' },
  { id: 'connect', keys: ['L'], words: 'Connect to…', group: 'Edit' },
  { id: 'disable', keys: ['M'], words: 'Disable or enable', group: 'Edit' },
  { id: 'save', keys: ['mod', 'S'], words: 'Save now', group: 'Edit' },
  { id: 'quick-add', keys: ['Tab'], words: 'Add a step (also double-click)', group: 'Canvas' },
  { id: 'fit', keys: ['1'], words: 'Fit to the window', group: 'Canvas' },
  { id: 'zoom-reset', keys: ['0'], words: 'Zoom to 100 %', group: 'Canvas' },
  { id: 'arrange', keys: ['shift', 'A'], words: 'Arrange', group: 'Canvas' },
  { id: 'pan', keys: ['Space'], words: 'Hold and drag to pan', group: 'Canvas' },
  { id: 'marquee', keys: ['shift'], words: 'Hold and drag to select an area', group: 'Canvas' },
  { id: 'run', keys: ['mod', 'enter'], words: 'Run', group: 'Run' },
  { id: 'run-to', keys: ['mod', 'shift', 'enter'], words: 'Run up to the selected node', group: 'Run' },
  { id: 'commands', keys: ['mod', 'K'], words: 'All commands', group: 'Run' },
  { id: 'help', keys: ['?'], words: 'This sheet', group: 'Run' },
];

/** Keys that are a gesture, or another part's: never matched here. */
const NOT_OURS: ReadonlySet<ShortcutId> = new Set(['pan', 'marquee', 'commands']);

export type KeyStroke = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** The shortcut that a key stroke is; null for any other. */
export function shortcutOf(stroke: KeyStroke): ShortcutId | null {
  if (stroke.altKey) return null;
  const key = stroke.key === 'Backspace' ? 'delete' : stroke.key.toLowerCase();
  const mod = stroke.ctrlKey || stroke.metaKey;
  if (mod && key === 'y') return 'redo';
  const found = SHORTCUTS.find(({ id, keys }) => {
    if (NOT_OURS.has(id)) return false;
    const main = keys.at(-1)?.toLowerCase();
    // A character that itself needs Shift on most keyboards (`?`) says all by itself.
    const shiftFits = main === '?' || keys.includes('shift') === stroke.shiftKey;
    return main === key && keys.includes('mod') === mod && shiftFits;
  });
  return found?.id ?? null;
}

/** Whether typing belongs to what has focus: text fields, editors of code, menus, dialogs. */
export function takesTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return (
    target.closest(
      'input, textarea, select, [contenteditable="true"], [role="dialog"], [role="menu"], [role="listbox"], [role="alertdialog"]',
    ) !== null
  );
}
