import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus } from 'node:os';

/** The cores of a run: what is measured has one for itself. */
export interface Cores {
  readonly contenders: number;
  /** For the load and the services. */
  readonly rest: number;
}

/** Two cores, and the tools that are needed; throws an error that says what is missing. */
export function checkMachine(): Cores {
  const missing = ['wrk', 'taskset', 'getconf'].filter((tool) => !isInstalled(tool));
  if (missing.length > 0) {
    const how = 'On Debian: apt-get install wrk util-linux libc-bin';
    throw new Error(`Not installed: ${missing.join(', ')}. ${how}`);
  }
  if (availableParallelism() < 2) throw new Error('A run needs two cores, and there is one');
  return { contenders: 0, rest: 1 };
}

/** What figures depend on, in one line. */
export function describeMachine(): string {
  return `Node ${process.version}, ${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`;
}

function isInstalled(tool: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${tool}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
