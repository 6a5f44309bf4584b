import { getBezierPath, type EdgeProps } from '@xyflow/react';
import type { LineEdge } from './flow-elements.ts';

export interface LineViewProps extends Pick<EdgeProps<LineEdge>, 'id' | 'sourceX' | 'sourceY' | 'targetX' | 'targetY' | 'sourcePosition' | 'targetPosition' | 'selected'> {
  /** `2,984,113`; empty before a run. */
  label: string;
  /** What the edge's transform does, in words; null where every column passes. */
  transform: string | null;
  tone: 'quiet' | 'running' | 'failed';
}

const TONES = { quiet: 'color-mix(in oklab, var(--ink-3) 65%, transparent)', running: 'var(--status-running)', failed: 'var(--status-failed)' };

/** An edge with its row count, drawn in plain SVG: a thousand of them cost no layout. */
export function LineView(props: LineViewProps) {
  const [path, x, y] = getBezierPath({ ...props, curvature: 0.3 });
  const colour = props.selected ? 'var(--accent)' : TONES[props.tone];
  const width = props.label.length * 7 + 8;
  return (
    <g data-testid={`edge-${props.id}`}>
      <path d={path} fill="none" stroke={colour} strokeWidth={props.selected ? 2 : 1.5} className="react-flow__edge-path" style={{ stroke: colour }} />
      <path d={path} fill="none" strokeOpacity={0} strokeWidth={20} className="react-flow__edge-interaction" />
      {props.label ? (
        <g transform={`translate(${x} ${y})`}>
          <rect x={-width / 2} y={-9} width={width} height={18} rx={4} fill="var(--surface-0)" />
          <text textAnchor="middle" dy="4" fontSize="12" fill="var(--ink-2)" style={{ fontVariantNumeric: 'tabular-nums' }}>{props.label}</text>
        </g>
      ) : null}
      {props.transform ? <TransformMark x={x} y={props.label ? y + 18 : y} words={props.transform} /> : null}
    </g>
  );
}

/** Two columns, one of them passing: the edge lets only some columns through. */
function TransformMark({ x, y, words }: { x: number; y: number; words: string }) {
  return (
    <g transform={`translate(${x} ${y})`} role="img" aria-label={words}>
      <title>{words}</title>
      <rect x={-9} y={-8} width={18} height={16} rx={4} fill="var(--surface-1)" stroke="var(--line-strong)" />
      <rect x={-5} y={-4} width={3} height={8} rx={0.5} fill="var(--ink-2)" />
      <rect x={-0.5} y={-4} width={3} height={8} rx={0.5} fill="none" stroke="var(--ink-3)" strokeWidth={0.75} />
      <rect x={4} y={-4} width={1.5} height={8} rx={0.5} fill="var(--ink-2)" />
    </g>
  );
}
