import type { NodeDefinition } from '#lib/nodes/define.ts';

/** Cards keep this size whatever happens in a run, so that nothing moves and nothing need be measured. Pixels. */
export const CARD_WIDTH = 216;
export const CARD_HEIGHT = 80;
/** Room between cards in an automatic layout: counts on the edges must fit. */
export const GAP_ACROSS = 80;
export const GAP_DOWN = 36;

/** Width and height of a port's dot. */
export const PORT_SIZE = 10;

/** The vertical middle of each port, from the card's upper edge. */
export function portOffsets(ports: readonly { name: string }[]): { name: string; y: number }[] {
  return ports.map((port, index) => ({
    name: port.name,
    y: (CARD_HEIGHT * (index + 1)) / (ports.length + 1),
  }));
}

/** Ports of a type; one of each where the type is unknown, so that its edges can still be seen. */
export function portsOf(definition: NodeDefinition | undefined): {
  inputs: readonly { name: string; label: string }[];
  outputs: readonly { name: string; label: string }[];
} {
  return {
    inputs: definition?.inputs ?? [{ name: 'input', label: 'Input' }],
    outputs: definition?.outputs ?? [{ name: 'output', label: 'Output' }],
  };
}
