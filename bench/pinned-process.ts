import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, truncate } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';

export interface PinnedOptions {
  /** The only core that it may use. */
  readonly core: number;
  /** A script for this version of Node, and its arguments. */
  readonly args: readonly string[];
  /** Takes what it prints. */
  readonly logFile: string;
}

/** The addresses that a process tells once it answers. */
export type Ready = Readonly<Record<string, unknown>>;

/** A Node process in production mode on one core, until it is disposed. */
export class PinnedProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #logFile: string;

  private constructor(child: ChildProcess, logFile: string) {
    this.#child = child;
    this.#logFile = logFile;
  }

  static async start({ core, args, logFile }: PinnedOptions): Promise<PinnedProcess> {
    await using log = await open(logFile, 'a');
    const child = spawn('taskset', ['-c', `${core}`, process.execPath, ...args], {
      stdio: ['ignore', log.fd, 'inherit'],
      env: { ...process.env, NODE_ENV: 'production' },
    });
    // Whoever ends this process ends those that it started.
    process.once('exit', () => child.kill('SIGKILL'));
    await once(child, 'spawn');
    return new PinnedProcess(child, logFile);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The line in which it says that it answers. */
  async ready(): Promise<Ready> {
    while (this.#child.exitCode === null && this.#child.signalCode === null) {
      const lines = (await readFile(this.#logFile, 'utf8')).split('\n').filter(isReadyLine);
      if (lines[0] !== undefined) return JSON.parse(lines[0]);
      await setTimeout(50);
    }
    const printed = await readFile(this.#logFile, 'utf8');
    throw new Error(`${this.#child.spawnargs.join(' ')} ended at its start\n${printed}`);
  }

  /** Forgets what was printed so far; a log line for each request fills a disk. */
  async emptyLog(): Promise<void> {
    await truncate(this.#logFile);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill('SIGKILL');
    await once(this.#child, 'exit');
  }
}

function isReadyLine(line: string): boolean {
  return line.includes('"msg":"ready"');
}
