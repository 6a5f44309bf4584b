// Child processes for set-up and tests.
import { spawn } from 'node:child_process';
import path from 'node:path';
import { inRoot, pinnedNode, root } from './paths.mjs';

/**
 * @typedef {object} CommandResult
 * @property {number} code the exit code; 1 when a signal ended it
 * @property {string} output stdout and stderr as they came; empty when they were shown live
 */

/**
 * Runs a command to its end.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, show?: boolean, timeoutMs?: number }} [options] `show`: print its output live
 * @returns {Promise<CommandResult>}
 */
export function runCommand(command, args, options = {}) {
  const { promise, resolve, reject } = deferred();
  const child = spawn(command, args, {
    cwd: options.cwd ?? root,
    env: environmentOf(command, options.env ?? process.env),
    stdio: options.show ? ['ignore', 'inherit', 'inherit'] : ['ignore', 'pipe', 'pipe'],
    ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (text) => (output += text));
  }
  child.once('error', reject);
  child.once('close', (code) => resolve({ code: code ?? 1, output }));
  return promise;
}

/**
 * Takes over the terminal: runs a command with our stdin and stdout until it ends, and gives its exit code.
 * A signal to us goes on to the child, and we wait for it, so that it can shut down in order.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>}
 */
export function handOver(command, args, options = {}) {
  const { promise, resolve, reject } = deferred();
  const child = spawn(command, args, {
    cwd: options.cwd ?? process.cwd(),
    env: environmentOf(command, options.env ?? process.env),
    stdio: 'inherit',
  });
  // Ctrl+C reaches the child by the terminal itself; passing it on would interrupt it twice.
  const passOn = /** @param {NodeJS.Signals} signal */ (signal) => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, passOn);
  }
  endWithNpm(child);
  child.once('error', reject);
  child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  return promise;
}

/**
 * What the project's Node starts in its turn (Next starts `node` for style sheets) must be the same Node.
 * @param {string} command
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
function environmentOf(command, env) {
  if (command !== pinnedNode) return env;
  return { ...env, PATH: `${path.dirname(pinnedNode)}${path.delimiter}${env.PATH ?? ''}` };
}

/**
 * npm runs a script by a shell, which dies of a signal to npm without passing it on; then nobody is left to end the
 * child but us.
 * @param {import('node:child_process').ChildProcess} child
 */
function endWithNpm(child) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    child.kill('SIGTERM');
  }, 500);
  timer.unref();
}

/**
 * Runs npm with the Node that the person runs npm with, never with the one in node_modules: an install run by the
 * pinned Node would delete the very binary that runs it.
 * @param {readonly string[]} args
 * @param {{ cwd?: string, show?: boolean }} [options]
 */
export function runNpm(args, options = {}) {
  const env = withoutProjectBin(process.env);
  const { npm_execpath: npmScript, npm_node_execpath: npmNode } = process.env;
  if (npmScript?.endsWith('.js') && npmNode && !npmNode.startsWith(inRoot('node_modules'))) {
    return runCommand(npmNode, [npmScript, ...args], { ...options, env });
  }
  return runCommand(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, { ...options, env });
}

/**
 * The environment without the PATH entries that npm adds for its scripts.
 * @param {NodeJS.ProcessEnv} env
 * @returns {NodeJS.ProcessEnv}
 */
function withoutProjectBin(env) {
  const entries = (env.PATH ?? '').split(path.delimiter);
  const kept = entries.filter((entry) => !entry.endsWith(path.join('node_modules', '.bin')));
  return { ...env, PATH: kept.join(path.delimiter) };
}

/** `Promise.withResolvers`, which Node 20 does not have. */
function deferred() {
  /** @type {(value: any) => void} */
  let resolve = () => {};
  /** @type {(reason: unknown) => void} */
  let reject = () => {};
  const promise = new Promise((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
