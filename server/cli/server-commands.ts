import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXIT } from './outcome.ts';

const PROJECT_ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** `sluice start`: the same as `npm start`. */
export function startCommand(options: readonly string[]): Promise<number> {
  return runScript('server/setup/start.mjs', options);
}

/** `sluice link`: prints a one-click sign-in link. */
export function linkCommand(): Promise<number> {
  return runScript('server/supervisor/print-link.ts', []);
}

/** `sluice backup DIRECTORY`, `sluice restore DIRECTORY`: of the data directory, while the app is stopped. */
export function backupCommand(command: 'backup' | 'restore', directory: string): Promise<number> {
  return runScript('server/supervisor/backup-command.ts', [command, path.resolve(directory)]);
}

/** `sluice user add|password EMAIL`: accounts of the embedded database. */
export function userCommand(
  command: 'add' | 'password',
  email: string,
  options: { workspace?: string; role?: string },
): Promise<number> {
  const named = Object.entries(options).map(([name, value]) => `--${name}=${value}`);
  return runScript('server/supervisor/user-command.ts', [command, ...named, '--', email]);
}

/** Runs one of our scripts to its end with this terminal; answers its exit code. */
function runScript(script: string, options: readonly string[]): Promise<number> {
  const child = spawn(process.execPath, [path.join(PROJECT_ROOT, script), ...options], {
    stdio: 'inherit',
    cwd: PROJECT_ROOT,
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      resolve(code ?? EXIT.failed);
    });
  });
}
