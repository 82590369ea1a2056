import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** How a command ended. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  /** Beside those of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** The checkout unless set. */
  readonly cwd?: string;
  readonly stdin?: string;
}

/** Runs a command to its end. */
export function run(
  file: string,
  args: readonly string[],
  { env, cwd = root, stdin }: CommandOptions = {},
): Promise<CommandResult> {
  return new Promise((resolve) => {
    const options = { cwd, env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 };
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      const code = error === null ? 0 : Number(error.code ?? 1);
      resolve({ code, stdout, stderr });
    });
    // One that ends without reading closes the pipe: its outcome says the rest.
    child.stdin?.on('error', () => {}).end(stdin ?? '');
  });
}

/** Runs the text of a module in a process of its own, and reads what it prints as JSON. */
export async function printedBy(module: string): Promise<unknown> {
  const args = ['--no-warnings', '--input-type=module', '--eval', module];
  const { stdout, stderr } = await run(process.execPath, args);
  if (stdout === '') throw new Error(`It printed nothing\n${stderr}`);
  return JSON.parse(stdout);
}

/** Runs `gatehouse` as it stands in the sources. */
export function gatehouse(
  args: readonly string[],
  options?: CommandOptions,
): Promise<CommandResult> {
  return run(process.execPath, [`${root}src/cli/main.ts`, ...args], options);
}

/** A command that runs until it is disposed, with `SIGTERM`. */
export interface RunningCommand extends AsyncDisposable {
  /** Of the command alone; what it has started is in its process group. */
  readonly pid: number;
  /** Everything that it has printed. */
  readonly text: string;
  /** Settles with the exit code, once nothing that it has started writes to its output. */
  readonly ended: Promise<number | null>;
  /** The first match in what it has printed, or prints from now on; rejects when it ends before. */
  printed(pattern: RegExp): Promise<string>;
  /** Sends a signal that is not to end it. */
  signal(signal: NodeJS.Signals): void;
  /** Sends the signal and gives the exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Starts a command and reads along what it prints. */
export function start(file: string, args: readonly string[], options: CommandOptions = {}) {
  const child = spawn(file, args, {
    cwd: options.cwd ?? root,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own: npm and the shell do not pass a signal on to what they started.
    detached: true,
  });
  return new Running(child);
}

class Running implements RunningCommand {
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcessByStdio<null, Readable, Readable>;
  #text = '';

  constructor(child: ChildProcessByStdio<null, Readable, Readable>) {
    this.#child = child;
    this.ended = once(child, 'close').then(() => child.exitCode);
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        this.#text += text;
      });
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get text(): string {
    return this.#text;
  }

  printed(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const [found] = pattern.exec(this.#text) ?? [];
        if (found === undefined) return;
        // To search a text that grows, again and again, would take ever longer.
        this.#child.stdout.off('data', look);
        this.#child.stderr.off('data', look);
        resolve(found);
      };
      this.#child.stdout.on('data', look);
      this.#child.stderr.on('data', look);
      this.#child.once('close', () => reject(new Error(`It ended and printed: ${this.#text}`)));
      look();
    });
  }

  signal(signal: NodeJS.Signals): void {
    if (this.pid !== 0) process.kill(-this.pid, signal);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<number | null> {
    this.signal(signal);
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await this.stop();
  }
}
