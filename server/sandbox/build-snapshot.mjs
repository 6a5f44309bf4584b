// Run by bundle.mjs with the very flags of the sandbox process: a snapshot fits only the V8 that made it.
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const folder = process.argv[2] ?? '.';
const { ivm } = createRequire(import.meta.url)(path.join(folder, 'isolated-vm.node'));
const snapshot = ivm.Isolate.createSnapshot([
  { code: readFileSync(path.join(folder, 'frame.js'), 'utf8'), filename: 'frame.js' },
]);
writeFileSync(path.join(folder, 'frame.snapshot'), Buffer.from(snapshot.copy()));
