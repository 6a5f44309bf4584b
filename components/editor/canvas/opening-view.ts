'use client';

import { useLayoutEffect, useRef, useState, type RefObject } from 'react';
import type { CanvasNode } from './flow-elements.ts';

/** Where the canvas stands: its origin in the window, in pixels, and its zoom. */
interface View {
  x: number;
  y: number;
  zoom: number;
}

interface Size {
  width: number;
  height: number;
}

/** What “Fit” shows: everything, never larger than life. */
export const FIT = { padding: 0.08, maxZoom: 1 };
/** A graph that fits at this zoom or above is shown whole: its cards can still be read. */
const WHOLE_FROM_ZOOM = 0.6;
/** The zoom at which a larger graph opens. */
const READABLE_ZOOM = 0.7;
/** Free pixels at the edges. */
const MARGIN = 24;

/** All of a graph if it can be read that way, else its beginning: the leftmost cards, which are its sources. */
export function openingView(nodes: readonly CanvasNode[], frame: Size): View {
  const boxes = nodes.map(({ position: { x, y }, width = 0, height = 0 }) => ({
    left: x,
    top: y,
    right: x + width,
    bottom: y + height,
  }));
  if (boxes.length === 0) return { x: MARGIN, y: MARGIN, zoom: 1 };
  const left = Math.min(...boxes.map((box) => box.left));
  const top = Math.min(...boxes.map((box) => box.top));
  const right = Math.max(...boxes.map((box) => box.right));
  const bottom = Math.max(...boxes.map((box) => box.bottom));
  const room = { width: frame.width - 2 * MARGIN, height: frame.height - 2 * MARGIN };
  const whole = Math.min(room.width / (right - left), room.height / (bottom - top), FIT.maxZoom);
  if (whole >= WHOLE_FROM_ZOOM) {
    return {
      x: (frame.width - (left + right) * whole) / 2,
      y: (frame.height - (top + bottom) * whole) / 2,
      zoom: whole,
    };
  }
  const zoom = READABLE_ZOOM;
  const first = boxes.filter((box) => box.left === left);
  const middle = first.reduce((sum, box) => sum + (box.top + box.bottom) / 2, 0) / first.length;
  const fitsAcross = (right - left) * zoom <= room.width;
  const fitsDown = (bottom - top) * zoom <= room.height;
  const highest = MARGIN - top * zoom;
  const lowest = frame.height - MARGIN - bottom * zoom;
  return {
    x: fitsAcross ? (frame.width - (left + right) * zoom) / 2 : MARGIN - left * zoom,
    // The sources in the middle, but no emptier above or below than the graph's own ends.
    y: fitsDown
      ? (highest + lowest) / 2
      : Math.min(highest, Math.max(lowest, frame.height / 2 - middle * zoom)),
    zoom,
  };
}

/** The view to open a canvas with, as soon as the element that will hold it has been measured; null until then. */
export function useOpeningView(
  nodes: readonly CanvasNode[],
): [RefObject<HTMLDivElement | null>, View | null] {
  const frame = useRef<HTMLDivElement>(null);
  const [view, setView] = useState<View | null>(null);
  useLayoutEffect(() => {
    const element = frame.current;
    if (view !== null || !element) return;
    const observer = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      if (width > 0 && height > 0) setView(openingView(nodes, { width, height }));
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [nodes, view]);
  return [frame, view];
}
