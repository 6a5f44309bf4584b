/** Why a node did not run, in words. `madeAt` is null where only the resumed run tells of its rows. */
export function sayReused(madeAt: string | null, now = new Date()): string {
  const run = madeAt === null ? 'the run that is resumed' : `the run of ${sayTime(madeAt, now)}`;
  return `Same config, inputs and sources as in ${run}.`;
}

/** `14:02 UTC`, with its date where that is another day. */
function sayTime(instant: string, now: Date): string {
  const text = new Date(instant).toISOString();
  const [day, time] = [text.slice(0, 10), text.slice(11, 16)];
  return day === now.toISOString().slice(0, 10) ? `${time} UTC` : `${day} ${time} UTC`;
}
