import path from 'node:path';
import type { FromSandbox, ToSandbox } from '../wire.ts';
import { IsolateRun, TroubleError } from './isolate-run.ts';
import { collectGarbage, watchMemory } from './watch-memory.ts';

/**
 * The sandbox process: one isolate at a time, set up, fed and taken down as the runner asks. It holds no secret and no
 * permission, so that what breaks out of an isolate finds nothing here either. It dies with the runner, by its own hand.
 */
const folder = path.resolve(process.argv[1] ?? '', '..');
let run: IsolateRun | null = null;

const say = (message: FromSandbox): void => {
  process.send?.(message);
};

async function answer(message: ToSandbox): Promise<unknown> {
  if (message.ask === 'open') {
    run?.dispose();
    run = new IsolateRun(folder, (level, text) => {
      say({ kind: 'log', level, text });
    });
    watchMemory(message.setup.memoryLimitMb);
    return run.open(message.setup);
  }
  if (message.ask === 'close') {
    run?.dispose();
    run = null;
    collectGarbage();
    return null;
  }
  if (!run) throw new Error('nothing is open');
  return run.ask(message);
}

process.on('message', (message: ToSandbox) => {
  answer(message).then(
    (value) => {
      say({ kind: 'answer', id: message.id, answer: value });
    },
    (thrown: unknown) => {
      if (!(thrown instanceof TroubleError)) throw thrown;
      say({ kind: 'trouble', id: message.id, trouble: thrown.trouble });
    },
  );
});
// An orderly exit would wait for the isolate's thread, which may never end.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
say({ kind: 'ready' });
