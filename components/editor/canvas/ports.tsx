import { Handle, Position } from '@xyflow/react';
import { definitionOf } from '#lib/nodes/catalogue.ts';
import { portOffsets, portsOf } from './card-geometry.ts';

/** The dots where edges begin and end. Only where there are several does each carry its name, outside of the card. */
export function Ports({ type, connectable, far }: { type: string; connectable: boolean; far: boolean }) {
  const { inputs, outputs } = portsOf(definitionOf(type));
  return (
    <>
      {portOffsets(inputs).map(({ name, y }, index) => (
        <Handle
          key={name}
          id={name}
          type="target"
          position={Position.Left}
          isConnectable={connectable}
          style={{ top: y }}
          title={inputs.length > 1 ? inputs[index]?.label : undefined}
          data-testid={`in-${name}`}
        >
          {inputs.length > 1 && !far ? (
            <PortLabel side="left" label={inputs[index]?.label ?? name} all={inputs} />
          ) : null}
        </Handle>
      ))}
      {portOffsets(outputs).map(({ name, y }, index) => (
        <Handle
          key={name}
          id={name}
          type="source"
          position={Position.Right}
          isConnectable={connectable}
          style={{ top: y }}
          title={outputs.length > 1 ? outputs[index]?.label : undefined}
          data-testid={`out-${name}`}
        >
          {outputs.length > 1 && !far ? (
            <PortLabel side="right" label={outputs[index]?.label ?? name} all={outputs} />
          ) : null}
        </Handle>
      ))}
    </>
  );
}

/** The first letter where that tells them apart: there is little room beside the counts on the edges. */
function PortLabel({
  side,
  label,
  all,
}: {
  side: 'left' | 'right';
  label: string;
  all: readonly { label: string }[];
}) {
  const letters = new Set(all.map((port) => port.label.charAt(0)));
  const place = side === 'left' ? 'right-3.5 text-right' : 'left-3.5';
  return (
    <span
      title={label}
      className={`pointer-events-none absolute bottom-2 ${place} text-12 whitespace-nowrap text-ink-3`}
    >
      {letters.size === all.length ? label.charAt(0) : label}
    </span>
  );
}
