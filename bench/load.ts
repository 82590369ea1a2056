import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { BenchCaller } from './caller.ts';
import type { Case } from './cases.ts';

export interface LoadOptions {
  readonly core: number;
  readonly case: Case;
  readonly caller: BenchCaller;
  readonly unlike: boolean;
  readonly connections: number;
  readonly seconds: number;
  /** The number below the first request's; no two requests of a run get the same one. */
  readonly tokensFrom: number;
  /** Whether each answer is looked at: it has data and no errors. */
  readonly isChecked: boolean;
  /** Is written with the request as it goes over the wire. */
  readonly requestFile: string;
}

/** What the clients saw. */
export interface Seen {
  readonly requests: number;
  readonly seconds: number;
  readonly bytes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const script = fileURLToPath(new URL('load.lua', import.meta.url));

/** Loads `url` with `wrk` until the time is over and all is answered; then calls `drained`. */
export async function load(
  url: string,
  options: LoadOptions,
  drained: () => Promise<void>,
): Promise<Seen> {
  await writeFile(options.requestFile, requestText(url, options));
  const wrk = startWrk(url, options);
  const exited = once(wrk, 'exit');
  const kill = () => wrk.kill('SIGKILL');
  process.once('exit', kill);
  let sent: readonly number[] = [];
  let summary: readonly number[] = [];
  for await (const line of createInterface({ input: wrk.stdout })) {
    if (line.startsWith('drained')) {
      sent = numbersOf(line);
      await drained();
      wrk.kill('SIGINT');
    }
    if (line.startsWith('summary')) summary = numbersOf(line);
  }
  await exited;
  process.off('exit', kill);
  return seen(options.case.name, sent, summary);
}

function startWrk(url: string, options: LoadOptions): ChildProcessByStdio<null, Readable, null> {
  const { core, connections, unlike, tokensFrom, seconds, isChecked, requestFile } = options;
  const shape = ['-t1', `-c${connections}`, '-d3600s', '--timeout', '120s', '-s', script];
  const check = isChecked ? 'checked' : 'unchecked';
  const args = [requestFile, unlike ? 'unlike' : 'alike', tokensFrom, seconds, connections, check];
  const command = ['-c', `${core}`, 'wrk', ...shape, url, '--', ...args.map(String)];
  return spawn('taskset', command, { stdio: ['ignore', 'pipe', 'inherit'] });
}

function seen(name: string, sent: readonly number[], summary: readonly number[]): Seen {
  const [requests = 0, seconds = 0, wrong = 0] = sent;
  const [answered = 0, failed = 0, bytes = 0, p50 = 0, p99 = 0] = summary;
  if (requests === 0 || failed + wrong > 0 || answered !== requests) {
    const outcome = `${requests} sent, ${answered} answered, ${failed} failed, ${wrong} with errors`;
    throw new Error(`The load of ${name} did not go well: ${outcome}`);
  }
  return { requests, seconds, bytes, p50Ms: p50 / 1_000, p99Ms: p99 / 1_000 };
}

/** The request of a case as bytes on the wire. */
function requestText(url: string, { case: asked, caller }: LoadOptions): string {
  const { host, pathname } = new URL(url);
  const body = bodyOf(asked);
  return [
    `POST ${pathname} HTTP/1.1`,
    `host: ${host}`,
    'content-type: application/json',
    'accept: application/json',
    ...Object.entries(caller.headers).map(([name, value]) => `${name}: ${value}`),
    `content-length: ${Buffer.byteLength(body)}`,
    '',
    body,
  ].join('\r\n');
}

/** The body of a case's request, with the placeholder as its token. */
export function bodyOf({ query, variables }: Case): string {
  return JSON.stringify({ query, variables });
}

function numbersOf(line: string): readonly number[] {
  return line.split(' ').slice(1).map(Number);
}
