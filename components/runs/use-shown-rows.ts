'use client';

import { useState } from 'react';
import { useNodeTask, useRandomRows, type NodeOfRun, type NodeTask } from './use-node-task.ts';
import { useNodeRows } from './use-node-rows.ts';

export interface RowsAsked {
  /** Null: the first rows, or all where they are kept. */
  draw: number | null;
  /** Other random rows. */
  drawRandom: () => void;
  showFirst: () => void;
  stage: NodeTask;
}

/** The rows of a node that stand in view: its first ones and the way to all the others, or some drawn at random. */
export function useShownRows(of: NodeOfRun) {
  const [draw, setDraw] = useState<number | null>(null);
  const first = useNodeRows(of);
  const random = useRandomRows(of, draw);
  const stage = useNodeTask('stageNode', of);
  const asked: RowsAsked = {
    draw,
    drawRandom: () => {
      setDraw((last) => (last ?? 0) + 1);
    },
    showFirst: () => {
      random.cancel();
      setDraw(null);
    },
    stage,
  };
  return { first, random, asked };
}
