import { once } from 'node:events';
import { request } from 'node:http';
import { json } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type RunningCommand, start } from '../harness/command.ts';
import type { LogLine } from '../harness/log-lines.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));

/** A reply, as far as these tests look at it. */
export interface Answer {
  readonly status: number | undefined;
  readonly body: unknown;
}

/** `gatehouse serve`, with what the tests of its workers ask of it. */
export interface Serving extends AsyncDisposable {
  readonly command: RunningCommand;
  /** Where it answers, once it does. */
  readonly url: string;
  readonly adminUrl: string;
  /** Asks on a connection of its own: the next one may get to another worker. */
  ask(query: string, path?: string): Promise<Answer>;
  health(): Promise<Answer>;
  /** The value of one series of the metrics; undefined where there is none. */
  metric(series: string): Promise<number | undefined>;
  /** The first `count` lines of the log with this message, as soon as they are there. */
  logged(message: string, count: number): Promise<readonly LogLine[]>;
}

/** Starts `gatehouse serve` in `folder`, and waits until it is ready. */
export async function serving(folder: string, ...args: readonly string[]): Promise<Serving> {
  const command = start(process.execPath, [main, 'serve', ...args], { cwd: folder });
  try {
    const { url, adminUrl } = JSON.parse(await command.printed(/^\{.*"msg":"ready"\}$/m));
    return {
      command,
      url,
      adminUrl,
      ask: (query, path = '') => ask(new URL(path, url), query),
      health: () => get(new URL('/health/ready', adminUrl)),
      metric: (series) => metric(adminUrl, series),
      logged: (message, count) => logged(command, message, count),
      [Symbol.asyncDispose]: () => command[Symbol.asyncDispose](),
    };
  } catch (failure) {
    await command[Symbol.asyncDispose]();
    throw failure;
  }
}

async function ask(url: URL, query: string): Promise<Answer> {
  const headers = { 'content-type': 'application/json' };
  const sent = request(url, { method: 'POST', headers, agent: false });
  sent.end(JSON.stringify({ query }));
  const [response] = await once(sent, 'response');
  return { status: response.statusCode, body: await json(response) };
}

async function get(url: URL): Promise<Answer> {
  const response = await fetch(url);
  return { status: response.status, body: await response.json() };
}

async function metric(adminUrl: string, series: string): Promise<number | undefined> {
  const text = await (await fetch(new URL('/metrics', adminUrl))).text();
  const line = text.split('\n').find((each) => each.startsWith(`${series} `));
  return line === undefined ? undefined : Number(line.slice(series.length));
}

async function logged(
  command: RunningCommand,
  message: string,
  count: number,
): Promise<readonly LogLine[]> {
  await command.printed(new RegExp(`(?:"msg":"${message}"[^]*?){${count}}`));
  const lines = command.text.split('\n').filter((line) => line.includes(`"msg":"${message}"`));
  return lines.slice(0, count).map((line) => JSON.parse(line));
}
