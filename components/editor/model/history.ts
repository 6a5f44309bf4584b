/** One step back and forth, with the words for its tooltip. */
interface Step<T> {
  label: string;
  /** Steps of the same key that follow each other closely are one (typing in a field). */
  key: string | undefined;
  at: number;
  before: T;
  after: T;
}

/** What was done and undone. States share what did not change, so a step costs little. */
export interface History<T> {
  readonly present: T;
  readonly done: readonly Step<T>[];
  readonly undone: readonly Step<T>[];
}

export interface StepInfo {
  label: string;
  key?: string | undefined;
  /** Milliseconds since the epoch. */
  at: number;
}

/** Longer pauses than this in one field begin a new step. */
const COALESCE_WITHIN_MS = 1500;
/** Older steps are dropped: nobody counts back further, and each step keeps its objects alive. */
const LONGEST = 500;

export function startHistory<T>(present: T): History<T> {
  return { present, done: [], undone: [] };
}

/** Records a step. A state that is the present one is no step. */
export function record<T>(history: History<T>, after: T, info: StepInfo): History<T> {
  if (after === history.present) return history;
  const last = history.done.at(-1);
  const joins =
    last !== undefined &&
    info.key !== undefined &&
    last.key === info.key &&
    info.at - last.at <= COALESCE_WITHIN_MS &&
    history.undone.length === 0;
  const step: Step<T> = {
    label: info.label,
    key: info.key,
    at: info.at,
    before: joins ? last.before : history.present,
    after,
  };
  const earlier = joins ? history.done.slice(0, -1) : history.done;
  return { present: after, done: [...earlier, step].slice(-LONGEST), undone: [] };
}

export function undo<T>(history: History<T>): History<T> {
  const step = history.done.at(-1);
  if (!step) return history;
  return { present: step.before, done: history.done.slice(0, -1), undone: [...history.undone, step] };
}

export function redo<T>(history: History<T>): History<T> {
  const step = history.undone.at(-1);
  if (!step) return history;
  return { present: step.after, done: [...history.done, step], undone: history.undone.slice(0, -1) };
}
