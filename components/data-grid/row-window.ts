/** Browsers stop at elements taller than this (Firefox first, near 17.8 million); longer lists scroll in bigger steps. */
const MAX_SCROLL_PX = 15_000_000;

export interface RowWindowOptions {
  rowCount: number;
  rowHeight: number;
  viewportHeight: number;
  scrollTop: number;
  /** Rows drawn beyond the edges, so that scrolling shows no gap. */
  overscan: number;
}

export interface RowWindow {
  /** First row to draw. */
  first: number;
  /** One past the last row to draw. */
  end: number;
  /** Height of the scrolled element. */
  height: number;
  /** Top of a row inside it. */
  topOf: (row: number) => number;
}

const scrollHeight = (rowCount: number, rowHeight: number) => Math.min(rowCount * rowHeight, MAX_SCROLL_PX);

/** Which of very many equally tall rows are in view, and where. */
export function rowWindow({
  rowCount,
  rowHeight,
  viewportHeight,
  scrollTop,
  overscan,
}: RowWindowOptions): RowWindow {
  const full = rowCount * rowHeight;
  const height = scrollHeight(rowCount, rowHeight);
  const scrollable = Math.max(0, height - viewportHeight);
  const at = Math.min(Math.max(0, scrollTop), scrollable);
  const virtualTop = scrollable === 0 ? 0 : (at / scrollable) * (full - viewportHeight);
  const first = Math.max(0, Math.floor(virtualTop / rowHeight) - overscan);
  const end = Math.min(rowCount, Math.ceil((virtualTop + viewportHeight) / rowHeight) + overscan);
  return { first, end, height, topOf: (row) => at + row * rowHeight - virtualTop };
}

/** Where to scroll so that the row is wholly in view; the same place where it is already. */
export function scrollTopFor(row: number, options: Omit<RowWindowOptions, 'overscan'>): number {
  const { rowCount, rowHeight, viewportHeight, scrollTop } = options;
  const full = rowCount * rowHeight;
  const scrollable = Math.max(0, scrollHeight(rowCount, rowHeight) - viewportHeight);
  const range = full - viewportHeight;
  if (scrollable === 0 || range <= 0) return 0;
  const virtualTop = (scrollTop / scrollable) * range;
  const top = row * rowHeight;
  if (top < virtualTop) return (top / range) * scrollable;
  if (top + rowHeight > virtualTop + viewportHeight)
    return ((top + rowHeight - viewportHeight) / range) * scrollable;
  return scrollTop;
}
