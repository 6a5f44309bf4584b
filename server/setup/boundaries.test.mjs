// Shows that each boundary rule catches a file that breaks it, and that a file in order passes.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import config from '../../.dependency-cruiser.mjs';
import { inRoot } from './paths.mjs';

/** Rule → [importing file, what it imports]. */
const BREACHES = /** @type {const} */ ([
  ['no-cycles', 'lib/plan/circle-a.ts', './circle-b.ts'],
  ['resolvable', 'lib/plan/lost.ts', '#lib/plan/nowhere.ts'],
  ['core-knows-only-core-and-zod', 'lib/graph/knows-plan.ts', '#lib/plan/good.ts'],
  ['core-knows-only-core-and-zod', 'lib/sql/knows-yaml.ts', 'yaml'],
  ['lib-is-below', 'lib/plan/knows-server.ts', '#server/runner/good.ts'],
  ['lib-runs-anywhere', 'lib/bind/reads-files.ts', 'node:fs'],
  ['nodes-are-pure', 'lib/nodes/filter/definition.ts', 'react'],
  ['nodes-do-not-know-each-other', 'lib/nodes/filter/compile.ts', '../join/definition.ts'],
  ['forms-stay-in-the-browser', 'lib/nodes/filter/form.tsx', './compile.ts'],
  ['registries-of-forms-only-in-components', 'server/runner/knows-forms.ts', '#lib/nodes/registry/forms.tsx'],
  ['executors-only-in-the-runner', 'components/reads.tsx', '#lib/nodes/join/execute.server.ts'],
  ['components-never-import-server', 'components/knows-server.tsx', '#server/usecases/good.ts'],
  ['components-below-routes', 'components/knows-route.tsx', '../app/page.tsx'],
  ['routes-use-use-cases', 'app/api/runs/route.ts', '#server/supabase/clients.ts'],
  ['routes-use-use-cases', 'app/api/health/route.ts', '@supabase/supabase-js'],
  ['server-is-below-the-app', 'server/usecases/renders.ts', '#components/good.tsx'],
  ['only-the-runner-has-duckdb', 'server/usecases/queries.ts', '@duckdb/node-api'],
  ['danfo-only-in-the-isolate', 'server/runner/loads-frames.ts', 'danfojs-node'],
  ['isolates-only-in-the-sandbox', 'server/runner/isolates.ts', 'isolated-vm'],
  ['runner-stands-alone', 'server/runner/knows-use-cases.ts', '#server/usecases/good.ts'],
  ['use-cases-do-not-run-queries', 'server/usecases/runs.ts', '#server/runner/good.ts'],
  ['set-up-stands-alone', 'server/setup/needs.mjs', 'yaml'],
  ['tests-are-not-imported', 'lib/plan/knows-test.ts', './plan.test.ts'],
  ['no-dev-dependencies-in-the-product', 'lib/plan/needs-vitest.ts', 'vitest'],
]);

const GOOD = {
  'lib/graph/good.ts': "import 'zod';\nimport '#lib/errors/good.ts';",
  'lib/errors/good.ts': 'export {};',
  'lib/plan/good.ts': "import { z } from 'zod';\nexport const good = z;",
  'lib/plan/circle-b.ts': "import './circle-a.ts';",
  'lib/plan/plan.test.ts': "import '#server/runner/good.ts';\nexport {};",
  'lib/nodes/join/definition.ts': 'export {};',
  'lib/nodes/join/execute.server.ts': "import 'node:fs';",
  'lib/nodes/registry/forms.tsx': "export const forms = { filter: () => import('../filter/form.tsx') };",
  'server/runner/good.ts': "import '#lib/nodes/join/execute.server.ts';\nimport '#lib/plan/good.ts';",
  'server/usecases/good.ts': "import '#server/supabase/clients.ts';",
  'server/supabase/clients.ts': "import '@supabase/supabase-js';",
  'components/good.tsx': "import '#lib/nodes/registry/forms.tsx';",
  'app/page.tsx': "import '#components/good.tsx';\nimport '#server/usecases/good.ts';",
};

let folder = '';
/** @type {{ rule: { name: string }, from: string, to: string }[]} */
let violations = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sluice-boundaries-'));
  for (const name of ['package.json', 'tsconfig.json', '.dependency-cruiser.mjs']) {
    await copyFile(inRoot(name), path.join(folder, name));
  }
  await symlink(inRoot('node_modules'), path.join(folder, 'node_modules'));
  const breaches = BREACHES.map(([, file, imported]) => [file, `import '${imported}';\nexport {};`]);
  for (const [file, text] of [...Object.entries(GOOD), ...breaches]) {
    await mkdir(path.dirname(path.join(folder, file ?? '')), { recursive: true });
    await writeFile(path.join(folder, file ?? ''), text ?? '');
  }
  const cruise = inRoot('node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [
    cruise,
    '--config',
    '.dependency-cruiser.mjs',
    '--output-type',
    'json',
    'app',
    'components',
    'lib',
    'server',
  ];
  const options = { cwd: folder, maxBuffer: 64 * 2 ** 20 };
  const { stdout } = await promisify(execFile)(process.execPath, args, options).catch((error) => error);
  violations = JSON.parse(stdout).summary.violations;
});

afterAll(() => rm(folder, { recursive: true }));

test.each(BREACHES)('%s refuses %s importing %s', (rule, file) => {
  expect(violations.filter(({ from }) => from === file).map((violation) => violation.rule.name)).toContain(
    rule,
  );
});

test.each(Object.keys(GOOD).filter((file) => !file.includes('circle')))('%s is in order', (file) => {
  expect(violations.filter(({ from }) => from === file)).toEqual([]);
});

test('every rule has a breach that shows it', () => {
  const rules = config.forbidden.map(({ name }) => name);
  expect(new Set(BREACHES.map(([rule]) => rule))).toEqual(new Set(rules));
});
