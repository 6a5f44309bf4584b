// `npm run generate`: writes lib/nodes/registry from the folders of lib/nodes. With --check it only compares.
import { existsSync } from 'node:fs';
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { inRoot } from './paths.mjs';
import { SetupError, runMain, say } from './report.mjs';
import { registrySources } from './registry-source.mjs';

const REQUIRED = ['definition.ts', 'compile.ts', 'docs.md'];

/**
 * Reads the node folders; one that is not complete yet is left out and said.
 * @param {string} base the folder that holds them
 */
async function readNodeFolders(base) {
  const entries = await readdir(base, { withFileTypes: true });
  const types = entries
    .filter((entry) => entry.isDirectory() && entry.name !== 'registry')
    .map(({ name }) => name);
  const folders = [];
  const incomplete = [];
  for (const type of types.sort()) {
    const has = /** @param {string} file */ (file) => existsSync(`${base}/${type}/${file}`);
    const missing = REQUIRED.filter((file) => !has(file));
    if (missing.length > 0) {
      incomplete.push(`lib/nodes/${type} has no ${missing.join(', ')}`);
      continue;
    }
    const docs = await readFile(`${base}/${type}/docs.md`, 'utf8');
    folders.push({ type, hasForm: has('form.tsx'), hasServer: has('execute.server.ts'), docs });
  }
  return { folders, incomplete };
}

/** @param {boolean} onlyCheck */
async function generate(onlyCheck) {
  const { folders, incomplete } = await readNodeFolders(inRoot('lib/nodes'));
  const prettier = await import('prettier');
  await mkdir(inRoot('lib/nodes/registry'), { recursive: true });
  const drifted = [];
  for (const [name, source] of Object.entries(registrySources(folders))) {
    const file = inRoot('lib/nodes/registry', name);
    const options = await prettier.resolveConfig(file);
    const text = await prettier.format(source, { ...options, filepath: file });
    if ((await readFile(file, 'utf8').catch(() => undefined)) === text) continue;
    drifted.push(name);
    if (!onlyCheck) await writeFile(file, text);
  }
  if (onlyCheck && drifted.length > 0) {
    throw new SetupError(
      `Registries differ from the node folders: ${drifted.join(', ')}.`,
      'Run `npm run generate` and commit.',
    );
  }
  const outcome = drifted.length === 0 ? 'registries are up to date' : `wrote ${drifted.join(', ')}`;
  say(`${folders.length} node types; ${outcome}.`);
  if (incomplete.length > 0) {
    throw new SetupError(`${incomplete.join('; ')}.`, `A node type needs ${REQUIRED.join(', ')}.`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await runMain(() => generate(process.argv.includes('--check')));
}
