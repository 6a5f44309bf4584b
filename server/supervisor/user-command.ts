/** `node server/supervisor/user-command.ts add|password EMAIL [--workspace NAME] [--role ROLE]`: accounts of the embedded database. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { roleSchema } from '#lib/contracts/workspaces.ts';
import { toAppError } from '#lib/errors/app-error.ts';
import { addAccount, resetPassword } from './accounts.ts';
import { withAccounts } from './accounts-database.ts';
import { dataDirectory } from './data-directory.ts';
import { readState } from './state.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { workspace: { type: 'string' }, role: { type: 'string' } },
});
const [command, named = ''] = positionals;
const email = z.email().max(320).safeParse(named.trim().toLowerCase());
const role = roleSchema.safeParse(values.role ?? 'editor');

if (!email.success) wrongCall(`"${named}" is not an e-mail address.`);
if (!role.success) wrongCall(`"${values.role}" is not a role: owner, editor or viewer.`);
if (values.role !== undefined && values.workspace === undefined)
  wrongCall('A role is one in a workspace: name it with --workspace.');

// What the gateway's library has to say is nothing for this terminal.
const say = console.log;
const complain = console.error;
console.log = console.warn = console.error = () => undefined;
try {
  const workspace = values.workspace === undefined ? undefined : { name: values.workspace, role: role.data };
  const password = await withAccounts((database) =>
    command === 'password'
      ? resetPassword(database, email.data)
      : addAccount(database, { email: email.data, workspace }),
  );
  const place = workspace ? `, ${workspace.role} of “${workspace.name}”` : '';
  say(command === 'password' ? `${email.data} has a new password.` : `${email.data} has an account${place}.`);
  say(`\n  Sign in    ${signInAddress()}\n  Password   ${password}\n`);
  say(
    'The password is shown only this once. Nobody can read it again; `npx sluice user password` makes another.',
  );
} catch (thrown) {
  const { message, hint } = toAppError(thrown);
  complain(hint ? `${message}\n${hint}` : message);
  process.exitCode = 1;
}

function signInAddress(): string {
  const directory = dataDirectory();
  const origin = existsSync(directory.stateFile) ? readState(directory).origin : undefined;
  return `${origin ?? 'http://127.0.0.1:4400'}/sign-in`;
}

function wrongCall(message: string): never {
  console.error(message);
  process.exit(2);
}
