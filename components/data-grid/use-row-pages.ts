'use client';

import { useQueries } from '@tanstack/react-query';
import type { JsonRow } from '#lib/contracts/run-record.ts';

const PAGE_ROWS = 200;

/** Rows that are fetched as they come into view. */
export interface RowPages {
  /** Names the result, so that pages are kept and shared: run, node, port. */
  queryKey: readonly unknown[];
  /** How many rows there are in all. */
  total: number;
  fetchPage: (offset: number, limit: number, signal: AbortSignal) => Promise<readonly JsonRow[]>;
}

export interface RowsInView {
  /** Undefined while it is on its way. */
  rowAt: (index: number) => JsonRow | undefined;
  error: Error | null;
  retry: () => void;
}

/** The rows from `first` to before `end`: those at hand, and pages for the rest. */
export function useRowPages(
  rows: readonly JsonRow[],
  pages: RowPages | undefined,
  range: { first: number; end: number },
): RowsInView {
  const firstPage = Math.floor(Math.max(range.first, rows.length) / PAGE_ROWS);
  const lastPage = Math.floor(Math.max(range.end - 1, 0) / PAGE_ROWS);
  const needed =
    pages && range.end > rows.length
      ? Array.from({ length: lastPage - firstPage + 1 }, (_, index) => firstPage + index)
      : [];
  const results = useQueries({
    queries: needed.map((page) => ({
      queryKey: [...(pages?.queryKey ?? []), 'page', page],
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        pages ? pages.fetchPage(page * PAGE_ROWS, PAGE_ROWS, signal) : [],
      staleTime: Infinity,
    })),
  });
  return {
    rowAt: (index) => {
      const page = Math.floor(index / PAGE_ROWS);
      return rows[index] ?? results[needed.indexOf(page)]?.data?.[index - page * PAGE_ROWS];
    },
    error: results.find((result) => result.error)?.error ?? null,
    retry: () => {
      for (const result of results) if (result.isError) void result.refetch();
    },
  };
}
