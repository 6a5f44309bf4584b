import type { SourceDescription, TypeOracle } from '#lib/bind/types.ts';
import type { ScanRequest } from '#lib/nodes/execute.ts';
import type { Engine, EngineOptions } from '#server/engines/duckdb/engine.ts';
import { prepareInstances } from '#server/engines/duckdb/spare-instances.ts';
import { openEngine } from '#server/engines/duckdb/open-engine.ts';
import { openOracle } from '#server/engines/duckdb/oracle.ts';
import { createScanner } from '#server/engines/duckdb/scan.ts';
import { ENGINE_VERSION } from '#server/engines/duckdb/version.ts';
import { Sandbox } from '#server/sandbox/sandbox.ts';
import { sandboxVersion } from '#server/sandbox/version.ts';
import type { Versions } from './content-keys.ts';

/** What the runner asks of the engine's side; one for the life of the process. */
export interface EngineServices {
  /** Results are the same only as long as the engine that computes them is: it is part of every content key. */
  version: string;
  /** The same of code: what its sandbox is made of. */
  codeVersion: string;
  oracle: TypeOracle;
  discover: (request: ScanRequest, signal: AbortSignal) => Promise<SourceDescription>;
  /** Said as early as a run may come, so that opening its engine takes less time. */
  prepare: () => Promise<void>;
  open: (options: EngineOptions) => Engine;
  /** Where people's JavaScript runs. */
  sandbox: Sandbox;
}

/** The engine's side of the runner: one oracle and one scanner for the life of the process. Close them at its end. */
export async function openEngineServices(): Promise<EngineServices & { close(): Promise<void> }> {
  const oracle = await openOracle();
  const scanner = createScanner();
  const sandbox = new Sandbox();
  return {
    version: ENGINE_VERSION,
    codeVersion: await sandboxVersion(),
    oracle,
    discover: (request, signal) => scanner.discover(request, signal),
    prepare: prepareInstances,
    open: openEngine,
    sandbox,
    close: () => {
      sandbox.close();
      return oracle.close();
    },
  };
}

/** What results are computed by, as their keys hold it. */
export function versionsOf({ version, codeVersion }: EngineServices): Versions {
  return { engineVersion: version, codeVersion };
}
