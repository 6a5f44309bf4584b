import { Handle, Position } from '@xyflow/react';
import { definitionOf } from '#lib/nodes/catalogue.ts';
import { portOffsets, portsOf } from './card-geometry.ts';

/** The dots where edges begin and end. Only where there are several does each carry its name, outside of the card. */
export function Ports({ type, connectable, far }: { type: string; connectable: boolean; far: boolean }) {
  const { inputs, outputs } = portsOf(definitionOf(type));
  return (
    <>
      {portOffsets(inputs).map(({ name, y }, index) => (
        <Handle key={name} id={name} type="target" position={Position.Left} isConnectable={connectable} style={{ top: y }} data-testid={`in-${name}`}>
          {inputs.length > 1 && !far ? <PortLabel side="left" text={inputs[index]?.label ?? name} /> : null}
        </Handle>
      ))}
      {portOffsets(outputs).map(({ name, y }, index) => (
        <Handle key={name} id={name} type="source" position={Position.Right} isConnectable={connectable} style={{ top: y }} data-testid={`out-${name}`}>
          {outputs.length > 1 && !far ? <PortLabel side="right" text={outputs[index]?.label ?? name} /> : null}
        </Handle>
      ))}
    </>
  );
}

function PortLabel({ side, text }: { side: 'left' | 'right'; text: string }) {
  const place = side === 'left' ? 'right-3.5 text-right' : 'left-3.5';
  return <span className={`pointer-events-none absolute bottom-2 ${place} text-12 whitespace-nowrap text-ink-3`}>{text}</span>;
}
