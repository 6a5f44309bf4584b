/** `node server/supervisor/print-link.ts`: prints a one-click sign-in link for the app over this data directory. */
import { existsSync } from 'node:fs';
import { dataDirectory } from './data-directory.ts';
import { createSignInLink } from './sign-in-link.ts';

const { root, secretsFile } = dataDirectory();
if (existsSync(secretsFile)) {
  console.log(createSignInLink());
} else {
  console.error(`There is no Sluice in ${root} yet: start it first, with \`npm start\`.`);
  process.exitCode = 1;
}
