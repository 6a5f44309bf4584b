import { Command, CommanderError, Option } from 'commander';
import { endProcess, leftBehind } from '#server/engines/duckdb/left-behind.ts';
import { EXIT, failWith, printError } from './outcome.ts';

/** The `sluice` command. Each action is loaded when it is called, so that `--help` does not wait for a database engine. */
const program = new Command('sluice')
  .description('Runs and checks data pipelines from the command line. Needs no server and no database.')
  .exitOverride()
  .configureOutput({ writeErr: () => undefined })
  .showHelpAfterError(false);

program
  .command('run')
  .description('Run a pipeline document (YAML or JSON); relative paths count from its folder')
  .argument('<file>', 'the document')
  .option('--param <name=value>', 'give a parameter a value; lists as JSON', collect, [])
  .addOption(
    new Option('--mode <mode>', "instead of the document's own setting").choices([
      'auto',
      'memory',
      'duckdb',
      'distributed',
    ]),
  )
  .option('--from <id>', 'run this node and everything below it')
  .option('--to <id>', 'run this node and everything it needs')
  .option('--resume <run>', 'use again what is good of a run that failed or was broken off')
  .option('--fresh', 'run every node, also those whose kept results are still true')
  .option(
    '--data-dir <folder>',
    'where staged results are kept (default: SLUICE_DATA_DIR, else .sluice in the project)',
  )
  .option('--json', 'print one report object on standard output; progress goes to standard error')
  .action(async (file: string, options: Record<string, unknown>) => {
    const { runCommand } = await import('./run-command.ts');
    process.exitCode = await runCommand(file, options);
  });

program
  .command('validate')
  .description('Check a pipeline document without running it: every fault with its line, column and remedy')
  .argument('<file>', 'the document')
  .option('--param <name=value>', 'give a parameter a value; lists as JSON', collect, [])
  .option('--json', 'print one object on standard output')
  .action(async (file: string, options: Record<string, unknown>) => {
    const { validateCommand } = await import('./validate-command.ts');
    process.exitCode = await validateCommand(file, options);
  });

program
  .command('nodes')
  .description('List the node types, or show one: its config, its ports, its help')
  .argument('[type]', 'a node type, such as filter')
  .option('--json', 'print one object on standard output')
  .action(async (type: string | undefined, options: Record<string, unknown>) => {
    const { nodesCommand } = await import('./nodes-command.ts');
    process.exitCode = nodesCommand(type, options);
  });

program
  .command('import')
  .description('Make a pipeline of a document in the running app (see SLUICE_URL, SLUICE_TOKEN)')
  .argument('<file>', 'the document')
  .option('--json', 'print one object on standard output')
  .action(async (file: string, options: Record<string, unknown>) => {
    const { importCommand } = await import('./app-commands.ts');
    process.exitCode = await importCommand(file, { json: options.json === true });
  });

program
  .command('export')
  .description('Print a pipeline of the running app as YAML (see SLUICE_URL, SLUICE_TOKEN)')
  .argument('<id>', 'the pipeline; it stands in its address')
  .option('--json', 'print JSON instead')
  .action(async (id: string, options: Record<string, unknown>) => {
    const { exportCommand } = await import('./app-commands.ts');
    process.exitCode = await exportCommand(id, { json: options.json === true });
  });

program
  .command('start')
  .description('Start the app: the database, the web server and the runner')
  .allowUnknownOption()
  .argument('[options...]', 'passed on')
  .action(async (options: string[]) => {
    const { startCommand } = await import('./server-commands.ts');
    process.exitCode = await startCommand(options);
  });

program
  .command('link')
  .description('Make a one-click sign-in link for the app on this machine')
  .action(async () => {
    const { linkCommand } = await import('./server-commands.ts');
    process.exitCode = await linkCommand();
  });

const user = program
  .command('user')
  .description('Accounts of the app on this machine; it may be running or not');
user
  .command('add')
  .description('Make an account, and print its password once')
  .argument('<email>', 'the address to sign in with')
  .option('--workspace <name>', 'add them to this workspace')
  .option('--role <role>', 'owner, editor or viewer there (default: editor)')
  .action(async (email: string, options: { workspace?: string; role?: string }) => {
    const { userCommand } = await import('./server-commands.ts');
    process.exitCode = await userCommand('add', email, options);
  });
user
  .command('password')
  .description('Replace a forgotten password, and print the new one once')
  .argument('<email>', 'whose')
  .action(async (email: string) => {
    const { userCommand } = await import('./server-commands.ts');
    process.exitCode = await userCommand('password', email, {});
  });

for (const [name, description] of [
  ['backup', 'Copy the stopped app’s data, with its secrets, to a new directory'],
  ['restore', 'Put a backup back as the data of this machine’s app'],
] as const) {
  program
    .command(name)
    .description(description)
    .argument('<directory>', 'the backup')
    .action(async (directory: string) => {
      const { backupCommand } = await import('./server-commands.ts');
      process.exitCode = await backupCommand(name, directory);
    });
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

const json = process.argv.includes('--json');
try {
  await program.parseAsync();
} catch (thrown) {
  if (thrown instanceof CommanderError) {
    // `--help` ends here too, with code 0.
    if (thrown.code === 'commander.help') process.stderr.write(program.helpInformation());
    else if (thrown.exitCode !== 0)
      printError(
        {
          code: 'wrong-call',
          message: thrown.message.replace(/^error: /, ''),
          hint: 'See npx sluice --help.',
        },
        { json },
      );
    process.exitCode = thrown.exitCode === 0 ? EXIT.good : EXIT.wrongCall;
  } else {
    process.exitCode = failWith(thrown, { json });
  }
}
if (leftBehind.count > 0) endProcess(Number(process.exitCode ?? EXIT.good));
