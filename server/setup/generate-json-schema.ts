import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pipelineJsonSchema } from '#lib/document/json-schema.ts';

/** Publishes the document's JSON Schema; with `--check` it only says whether the published one is still true. */
const file = resolve(import.meta.dirname, '../../public/schema/pipeline-v1.json');
const text = `${JSON.stringify(pipelineJsonSchema(), null, 1)}\n`;

if (process.argv.includes('--check')) {
  if (readOrNull(file) !== text) {
    process.stderr.write('public/schema/pipeline-v1.json is out of date. Run: npm run generate\n');
    process.exitCode = 1;
  }
} else {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
