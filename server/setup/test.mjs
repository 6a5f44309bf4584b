// `npm test`: sets up what is missing, runs every part and says what ran. `--fast` (`npm run check`) leaves out the
// build and the browser; names of parts run only those.
import { prepare } from './prepare.mjs';
import { SetupError, runMain, say } from './report.mjs';
import { summaryText } from './summary.mjs';
import { PARTS } from './test-parts.mjs';

await runMain(async () => {
  await prepare();
  const results = await runParts(chosenParts(process.argv.slice(2)));
  process.stdout.write(`\n${summaryText(results)}`);
  return results.some(({ counts }) => counts.failed > 0) ? 1 : 0;
});

/** @param {readonly string[]} args */
function chosenParts(args) {
  const names = args.filter((arg) => !arg.startsWith('--'));
  const unknown = names.filter((name) => !PARTS.some((part) => part.name === name));
  if (unknown.length > 0) {
    const known = PARTS.map(({ name }) => name).join(', ');
    throw new SetupError(`There is no part ${unknown.join(', ')}.`, `The parts are ${known}.`);
  }
  if (names.length > 0) return PARTS.filter(({ name }) => names.includes(name));
  return args.includes('--fast') ? PARTS.filter(({ slow }) => !slow) : PARTS;
}

/** @param {readonly import('./test-parts.mjs').Part[]} parts */
async function runParts(parts) {
  /** @type {import('./summary.mjs').PartResult[]} */
  const results = [];
  for (const part of parts) {
    const startedAt = performance.now();
    say(`\n▶ ${part.name} (${part.ran})`);
    const blocked = results.some(({ name, counts }) => name === part.needs && counts.failed > 0);
    const outcome = blocked
      ? { counts: { passed: 0, failed: 0, skipped: 1 }, reason: `needs ${part.needs}, which failed` }
      : await part.run();
    results.push({ name: part.name, ran: part.ran, durationMs: performance.now() - startedAt, ...outcome });
  }
  return results;
}
