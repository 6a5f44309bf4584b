/** What a drag from the palette carries: a node type. A name of our own, so that nothing else takes it. */
export const PALETTE_MIME = 'application/x-sluice-node';
