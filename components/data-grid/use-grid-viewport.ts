'use client';

import { useCallback, useRef, useState, type UIEvent } from 'react';

export interface GridViewport {
  top: number;
  left: number;
  width: number;
  height: number;
}

/** Where the scrolled element stands and how large its window is, at most one change per frame. */
export function useGridViewport() {
  const [viewport, setViewport] = useState<GridViewport>({ top: 0, left: 0, width: 800, height: 400 });
  const element = useRef<HTMLDivElement | null>(null);
  const frame = useRef(0);
  const ref = useCallback((node: HTMLDivElement | null) => {
    element.current = node;
    if (!node) return undefined;
    const observer = new ResizeObserver(() => {
      setViewport((before) => ({ ...before, width: node.clientWidth, height: node.clientHeight }));
    });
    observer.observe(node);
    return () => {
      observer.disconnect();
    };
  }, []);
  const onScroll = useCallback((event: UIEvent<HTMLDivElement>) => {
    const node = event.currentTarget;
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => {
      setViewport((before) => ({ ...before, top: node.scrollTop, left: node.scrollLeft }));
    });
  }, []);
  /** Moves to where `place` says, given where it stands now. */
  const scroll = useCallback((place: (at: GridViewport) => { top: number; left: number }) => {
    const node = element.current;
    if (node)
      node.scrollTo(
        place({
          top: node.scrollTop,
          left: node.scrollLeft,
          width: node.clientWidth,
          height: node.clientHeight,
        }),
      );
  }, []);
  const focus = useCallback(() => element.current?.focus(), []);
  return { viewport, ref, onScroll, scroll, focus };
}
