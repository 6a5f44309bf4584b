import { getBezierPath, type EdgeProps } from '@xyflow/react';
import { formatCompact, formatCount } from '#components/format/numbers.ts';
import { useFar } from './far.tsx';
import type { LineEdge } from './flow-elements.ts';

export interface LineViewProps extends Pick<
  EdgeProps<LineEdge>,
  'id' | 'sourceX' | 'sourceY' | 'targetX' | 'targetY' | 'sourcePosition' | 'targetPosition' | 'selected'
> {
  /** Rows that came over it; null before a run. */
  rows: number | null;
  /** What the edge's transform does, in words; null where every column passes. */
  transform: string | null;
  tone: 'quiet' | 'running' | 'failed';
  /** The how-manieth edge between the same two ports: each hangs lower than the one before, or they would be one line. */
  twin: number;
}

const TONES = {
  quiet: 'color-mix(in oklab, var(--ink-3) 65%, transparent)',
  running: 'var(--status-running)',
  failed: 'var(--status-failed)',
};

/** An edge with its row count, drawn in plain SVG: a thousand of them cost no layout. */
export function LineView(props: LineViewProps) {
  const [path, x, y] = props.twin === 0 ? getBezierPath({ ...props, curvature: 0.3 }) : hanging(props);
  const colour = props.selected ? 'var(--accent)' : TONES[props.tone];
  const far = useFar();
  const label = props.rows === null ? '' : far ? formatCompact(props.rows) : formatCount(props.rows);
  const size = far ? 22 : 12;
  const width = label.length * size * 0.6 + 8;
  return (
    <g data-testid={`edge-${props.id}`}>
      <path
        d={path}
        fill="none"
        stroke={colour}
        strokeWidth={props.selected ? 2 : 1.5}
        className="react-flow__edge-path"
        style={{ stroke: colour }}
      />
      <path
        d={path}
        fill="none"
        strokeOpacity={0}
        strokeWidth={20}
        className="react-flow__edge-interaction"
      />
      {label ? (
        <g transform={`translate(${x} ${y})`}>
          <rect
            x={-width / 2}
            y={-size * 0.75}
            width={width}
            height={size * 1.5}
            rx={4}
            fill="var(--surface-0)"
          />
          <text
            textAnchor="middle"
            dy={size / 3}
            fontSize={size}
            fill="var(--ink-2)"
            style={{ fontVariantNumeric: 'tabular-nums' }}
          >
            {label}
          </text>
        </g>
      ) : null}
      {props.transform ? (
        <TransformMark x={x} y={label ? y + size * 1.5 : y} words={props.transform} />
      ) : null}
    </g>
  );
}

/** How far below the one before a further edge hangs: its count must fit between. Pixels at its middle. */
const HANGS_BY = 28;

/** A line that hangs below the straight way. Answers its path and its middle. */
function hanging({ sourceX, sourceY, targetX, targetY, twin }: LineViewProps): [string, number, number] {
  const drop = twin * HANGS_BY;
  // At its middle a cubic curve is three quarters of the way to its two control points.
  const pull = drop / 0.75;
  const reach = (targetX - sourceX) * 0.3;
  const path = `M${sourceX},${sourceY} C${sourceX + reach},${sourceY + pull} ${targetX - reach},${targetY + pull} ${targetX},${targetY}`;
  return [path, (sourceX + targetX) / 2, (sourceY + targetY) / 2 + drop];
}

/** Two columns, one of them passing: the edge lets only some columns through. */
function TransformMark({ x, y, words }: { x: number; y: number; words: string }) {
  return (
    <g transform={`translate(${x} ${y})`} role="img" aria-label={words}>
      <title>{words}</title>
      <rect x={-9} y={-8} width={18} height={16} rx={4} fill="var(--surface-1)" stroke="var(--line-strong)" />
      <rect x={-5} y={-4} width={3} height={8} rx={0.5} fill="var(--ink-2)" />
      <rect
        x={-0.5}
        y={-4}
        width={3}
        height={8}
        rx={0.5}
        fill="none"
        stroke="var(--ink-3)"
        strokeWidth={0.75}
      />
      <rect x={4} y={-4} width={1.5} height={8} rx={0.5} fill="var(--ink-2)" />
    </g>
  );
}
