import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { services } from '../../subgraphs/services.ts';
import { gatehouse, type RunningCommand, start } from '../harness/command.ts';
import { send } from '../harness/federation.ts';
import { freePort } from '../harness/free-port.ts';
import { listen } from '../harness/listen.ts';

/** Start to ready, as a person who tries the demo would wait at the most. */
const startMs = 15_000;

/** Wherever it is run: the demo is open to be looked at. */
const env = { NODE_ENV: 'production' };

function dev(...args: readonly string[]): RunningCommand {
  return start(process.execPath, ['src/cli/main.ts', 'dev', ...args], { env });
}

function pageUrl(demo: RunningCommand): Promise<string> {
  return demo.printed(/(?<=Open )http:\/\/localhost:\d+\/graphql(?= in a browser)/);
}

/** The address of each subgraph, as the demo prints it. */
async function addresses(demo: RunningCommand): Promise<readonly string[]> {
  await demo.printed(/shipping \(REST\) +http:/);
  return Promise.all(
    Object.keys(services).map((name) => demo.printed(new RegExp(`(?<=^  ${name} +)http.*$`, 'm'))),
  );
}

const query = '{ product(id: "p-1") { name averageRating } }';
const answer = { data: { product: { name: 'The Quiet Sea', averageRating: 5 } } };

test(
  'gatehouse dev is ready in seconds, answers on the port it was given, and SIGTERM ends it',
  async () => {
    const port = await freePort();
    await using demo = dev('--port', `${port}`, '--admin-port', '0');
    const url = await pageUrl(demo);
    expect(url).toBe(`http://localhost:${port}/graphql`);
    expect((await send(url, { query })).body).toEqual(answer);
    const introspection = await send(url, { query: '{ __type(name: "Query") { name } }' });
    expect(introspection.body).toEqual({ data: { __type: { name: 'Query' } } });
    const page = await fetch(url, { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    await page.body?.cancel();
    const health = await demo.printed(/http:\/\/127\.0\.0\.1:\d+\/health\/ready/);
    expect(await (await fetch(health)).json()).toMatchObject({ status: 'ready' });

    const ports = [url, health, ...(await addresses(demo))];
    expect(await demo.stop('SIGTERM')).toBe(0);
    for (const address of ports) await expect(fetch(address)).rejects.toThrow('fetch failed');
  },
  startMs,
);

test('a second demo takes free ports; SIGINT ends it, and who is connected is let go', async () => {
  await using first = dev('--port', '0');
  await using second = dev('--port', '0');
  const [firstUrl, secondUrl] = await Promise.all([pageUrl(first), pageUrl(second)]);
  const all = [...(await addresses(first)), ...(await addresses(second))];
  expect(new Set(all).size).toBe(2 * Object.keys(services).length);
  for (const url of [firstUrl, secondUrl]) {
    expect((await send(url, { query })).body).toEqual(answer);
  }

  const idle = connect(Number(new URL(secondUrl).port), '127.0.0.1');
  await once(idle, 'connect');
  const letGo = once(idle, 'close');
  expect(await second.stop('SIGINT')).toBe(0);
  await letGo;
  expect((await send(firstUrl, { query })).body).toEqual(answer);
});

test('a port that was asked for and is in use is exit code 2', async () => {
  await using taken = await listen(() => {});
  const { code, stdout, stderr } = await gatehouse(['dev', '--port', `${taken.port}`]);
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: '',
    stderr: `ADDRESS_UNAVAILABLE Cannot listen on 0.0.0.0:${taken.port}: the port is in use\n`,
  });
});

test('a lag that is no number of milliseconds is exit code 2', async () => {
  const env = { PROJECTION_LAG_MS: '1s' };
  expect(await gatehouse(['dev', '--port', '0'], { env })).toEqual({
    code: 2,
    stdout: '',
    stderr: 'INVALID_VALUE PROJECTION_LAG_MS is a number of milliseconds\n',
  });
});
