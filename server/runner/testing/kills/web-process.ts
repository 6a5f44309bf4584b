import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { webEnvironment, type ChildSettings } from '#server/supervisor/children/environment.ts';
import { PROJECT_ROOT } from '#server/supervisor/data-directory.ts';

const START_MS = 60_000;

/** Whether the app has been built: without that there is no web process to kill. */
export function isWebBuilt(): boolean {
  return existsSync(path.join(PROJECT_ROOT, '.next', 'BUILD_ID'));
}

/** The web server as the supervisor starts it. */
export class WebProcess {
  readonly #settings: ChildSettings;
  #child: ChildProcess | null = null;

  constructor(settings: ChildSettings) {
    this.#settings = settings;
  }

  get origin(): string {
    return this.#settings.web.origin;
  }

  /** Resolves when it answers that it is well. */
  async start(): Promise<void> {
    const { host, port } = this.#settings.web;
    const next = path.join(PROJECT_ROOT, 'node_modules', 'next', 'dist', 'bin', 'next');
    this.#child = spawn(process.execPath, [next, 'start', '--port', String(port), '--hostname', host], {
      cwd: PROJECT_ROOT,
      env: webEnvironment(this.#settings),
      stdio: 'ignore',
    });
    const deadline = Date.now() + START_MS;
    while (!(await this.#isWell())) {
      if (Date.now() > deadline || this.#child.exitCode !== null)
        throw new Error('the web server does not answer');
      await wait(50);
    }
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async #isWell(): Promise<boolean> {
    try {
      const answer = await fetch(new URL('/api/health', this.origin), { signal: AbortSignal.timeout(5000) });
      return answer.ok;
    } catch {
      return false;
    }
  }
}
