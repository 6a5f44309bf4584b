/** Below this zoom nothing but a name and a number can be read. */
const FAR_BELOW_ZOOM = 0.55;

/** Selects the one thing that cards and edges need of the zoom: whether it is too small to read them. */
export const isFar = (state: { transform: readonly [number, number, number] }): boolean => state.transform[2] < FAR_BELOW_ZOOM;
