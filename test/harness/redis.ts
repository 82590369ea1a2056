import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { freePort } from './free-port.ts';
import { testWith } from './installed.ts';

const run = promisify(execFile);
const program = '/usr/bin/redis-server';

/** Debian's `redis-server` with a folder of its own, on a free port. */
export interface TestRedis extends AsyncDisposable {
  readonly url: string;
  /** Ends it, and starts it on the same port. */
  restart(): Promise<void>;
  /** From now on it accepts connections and answers nothing. */
  freeze(): void;
  thaw(): void;
  /** Asks it something, and gives the lines of the answer. */
  ask(...command: readonly string[]): Promise<readonly string[]>;
}

/** `test` for tests that need Redis: see `testWith`. */
export function redisTest(): ReturnType<typeof testWith> {
  return testWith('redis-server', hasRedis);
}

/** Whether there is a redis-server. */
export function hasRedis(): boolean {
  return existsSync(program);
}

/** Starts a server; it writes everything to disk at once, or nothing ever. */
export async function startRedis({ isPersistent = false } = {}): Promise<TestRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-redis-'));
  const port = await freePort();
  const log = isPersistent ? ['--appendonly', 'yes', '--appendfsync', 'always'] : [];
  const options = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const start = () => startProcess([...options, ...log]);
  let child = await start();
  const stop = async (): Promise<void> => {
    const ended = once(child, 'exit');
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    await ended;
  };
  return {
    url: `redis://127.0.0.1:${port}`,
    async restart() {
      await stop();
      child = await start();
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async ask(...command) {
      const { stdout } = await run('redis-cli', ['-p', `${port}`, ...command]);
      return stdout.trim().split('\n');
    },
    async [Symbol.asyncDispose]() {
      await stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function startProcess(options: readonly string[]): Promise<ChildProcess> {
  const child = spawn(program, options, { stdio: ['ignore', 'pipe', 'ignore'] });
  const lines: string[] = [];
  await new Promise<void>((resolve, reject) => {
    createInterface({ input: child.stdout })
      .on('line', (line) => {
        if (line.includes('Ready to accept connections')) resolve();
        else if (lines.length < 50) lines.push(line);
      })
      .on('close', () => reject(new Error(`Redis did not start:\n${lines.join('\n')}`)));
  });
  return child;
}
