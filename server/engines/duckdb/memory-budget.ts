import os from 'node:os';

/** Below this DuckDB cannot sort or join anything worth the name. */
const LEAST_BYTES = 256 * 1024 * 1024;

/**
 * Bytes that all statements of this process together may buffer: half of what the machine, or the control group that
 * this process lives in, has. Half, because DuckDB's resident memory runs to about twice its own limit under load.
 */
export function memoryBudget(): number {
  return Math.max(LEAST_BYTES, Math.floor(machineMemory() / 2));
}

/** Bytes of the machine, or of the control group that this process lives in. */
export function machineMemory(): number {
  const machine = os.totalmem();
  const constrained = process.constrainedMemory();
  return constrained > 0 && constrained < machine ? constrained : machine;
}
