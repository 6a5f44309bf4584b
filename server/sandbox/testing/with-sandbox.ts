import { afterAll, beforeAll } from 'vitest';
import { ensureSandboxBundle } from '../bundle.mjs';
import { Sandbox } from '../sandbox.ts';

/** Gives the tests of a file a sandbox, which is closed after the last of them. */
export function withSandbox(take: (sandbox: Sandbox) => void): void {
  let sandbox: Sandbox | undefined;
  beforeAll(async () => {
    await ensureSandboxBundle();
    sandbox = new Sandbox();
    take(sandbox);
  });
  afterAll(() => sandbox?.close());
}
