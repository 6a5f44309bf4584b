/** `node server/supervisor/backup-command.ts backup|restore DIRECTORY`, over the data directory of `SLUICE_DATA_DIR`. */
import path from 'node:path';
import { toAppError } from '#lib/errors/app-error.ts';
import { backUp, restore } from './backup.ts';
import { dataDirectory } from './data-directory.ts';

const [command, named] = process.argv.slice(2);

if ((command !== 'backup' && command !== 'restore') || !named) {
  console.error('Usage: sluice backup DIRECTORY, or sluice restore DIRECTORY');
  process.exit(2);
}
const directory = path.resolve(named);
try {
  const { root } = dataDirectory();
  if (command === 'backup') {
    await backUp(directory);
    console.log(
      `Backed up ${root} to ${directory}. It holds the secrets too: keep it where only you can read it.`,
    );
  } else {
    await restore(directory);
    console.log(`Restored ${directory} to ${root}. Start Sluice as usual.`);
  }
} catch (thrown) {
  const { message, hint } = toAppError(thrown);
  console.error(hint ? `${message}\n${hint}` : message);
  process.exitCode = 1;
}
