import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** What became of the connections that a crowd opened. */
export interface CrowdReport {
  /** Answered with 200, so that they waited for their next request. */
  readonly answered: number;
  readonly refused: number;
  /** Without any answer. */
  readonly failed: number;
  /** Those that were not closed since. */
  readonly open: number;
}

/** Connections in a process of its own, which takes no time of the test that watches. */
export interface Crowd extends AsyncDisposable {
  readonly report: CrowdReport;
}

/** Opens `count` connections, which ask once and then stay, and waits until `gone` have closed. */
export async function crowd(url: string, count: number, gone: number): Promise<Crowd> {
  const { hostname, port } = new URL(url);
  const program = fileURLToPath(new URL('./crowd-process.ts', import.meta.url));
  const child = fork(program, [hostname, port, `${count}`, `${gone}`], { execArgv: [] });
  try {
    const [report] = await once(child, 'message');
    return { report, [Symbol.asyncDispose]: () => ended(child) };
  } catch (failure) {
    child.kill();
    throw failure;
  }
}

async function ended(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  if (child.connected) child.send('end');
  await exited;
}
