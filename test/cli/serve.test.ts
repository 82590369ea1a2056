import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { compose } from '../../src/supergraph/compose.ts';
import { gatehouse, type RunningCommand, start } from '../harness/command.ts';
import { send } from '../harness/federation.ts';
import { listen } from '../harness/listen.ts';
import { linked, startSubgraph, type TestSubgraph } from '../harness/subgraph.ts';
import { type Folder, temporaryFolder } from '../supergraph/folder.ts';

const main = fileURLToPath(new URL('../../src/cli/main.ts', import.meta.url));
const sdl = 'type Query { hello: String }';
const freePorts = ['--port', '0', '--admin-port', '0'];

let folder: Folder;
let subgraph: TestSubgraph;
let supergraph: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  subgraph = await startSubgraph(sdl, { Query: { hello: () => 'Hello' } });
  const composed = compose([{ name: 'one', sdl: linked(sdl), url: subgraph.url }]);
  if ('problems' in composed) throw new Error(JSON.stringify(composed.problems));
  supergraph = await folder.write('supergraph.graphql', composed.supergraphSdl);
});
afterAll(async () => {
  await subgraph[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** `gatehouse serve` in a folder of its own, where no configuration lies unless a test wrote it. */
function serve(...args: readonly string[]): RunningCommand {
  return start(process.execPath, [main, 'serve', ...args], { cwd: folder.path });
}

async function ready(gateway: RunningCommand) {
  const line = await gateway.printed(/^\{.*"msg":"ready"\}$/m);
  return JSON.parse(line) as { readonly url: string; readonly adminUrl: string };
}

async function expectAnswers(gateway: RunningCommand) {
  const { url, adminUrl } = await ready(gateway);
  const { status, body } = await send(url, { query: '{ hello }' });
  expect({ status, body }).toEqual({ status: 200, body: { data: { hello: 'Hello' } } });
  const health = await fetch(`${adminUrl}/health/ready`);
  expect({ status: health.status, body: await health.json() }).toEqual({
    status: 200,
    body: {
      status: 'ready',
      supergraph: {
        hash: expect.stringMatching(/^[0-9a-f]{64}$/),
        generation: 1,
        since: expect.any(String),
      },
      configuration: { since: expect.any(String) },
    },
  });
}

describe('gatehouse serve answers', () => {
  test('with a supergraph and no configuration at all, until a signal ends it', async () => {
    await using gateway = serve('--supergraph', 'supergraph.graphql', ...freePorts);
    await expectAnswers(gateway);
    const { url } = await ready(gateway);
    expect(await gateway.stop('SIGTERM')).toBe(0);
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  test('with a configuration, whose paths start at its own folder', async () => {
    await folder.write(
      'inner/config.yaml',
      `server: { listen: [{ port: 0 }], admin: { port: 0 } }
graphql: { path: /api, supergraph: { file: ../supergraph.graphql } }
`,
    );
    await using gateway = serve('--config', 'inner/config.yaml');
    await expectAnswers(gateway);
    expect((await ready(gateway)).url).toMatch(/^http:\/\/localhost:\d+\/api$/);
  });

  test('with a supergraph.yaml, which it composes from running subgraphs', async () => {
    const schema = `{ subgraph_url: '${subgraph.url}' }`;
    await folder.write(
      'list/supergraph.yaml',
      `subgraphs:\n  one: { routing_url: '${subgraph.url}', schema: ${schema} }\n`,
    );
    await using gateway = serve('--supergraph', 'list/supergraph.yaml', ...freePorts);
    await expectAnswers(gateway);
  });
});

describe('gatehouse serve reads again', () => {
  const config = (path: string) => `server: { listen: [{ port: 0 }], admin: { port: 0 } }
graphql: { path: ${path}, supergraph: { file: ../supergraph.graphql } }
`;

  async function expectPath(gateway: RunningCommand, path: string) {
    const url = new URL(path, (await ready(gateway)).url).href;
    expect((await send(url, { query: '{ hello }' })).body).toEqual({ data: { hello: 'Hello' } });
  }

  test('the configuration and the supergraph upon SIGHUP, and goes on', async () => {
    await folder.write('hangup/gatehouse.yaml', config('/one'));
    await using gateway = serve('--config', 'hangup/gatehouse.yaml');
    await expectPath(gateway, '/one');
    await folder.write('hangup/gatehouse.yaml', config('/two'));
    gateway.signal('SIGHUP');
    await gateway.printed(/The supergraph was read again: unchanged/);
    await expectPath(gateway, '/two');
    await folder.write('hangup/gatehouse.yaml', 'server: 5');
    gateway.signal('SIGHUP');
    await gateway.printed(
      /"code":"INVALID_VALUE".*"line":1,"column":9.*The configuration was refused/,
    );
    await expectPath(gateway, '/two');
    expect(await gateway.stop('SIGTERM')).toBe(0);
  });

  test('both, as they change, with --watch', async () => {
    const text = await readFile(supergraph, 'utf8');
    await folder.write('watched/gatehouse.yaml', config('/one').replace('../super', 'super'));
    await folder.write('watched/supergraph.graphql', text);
    await using gateway = serve('--config', 'watched/gatehouse.yaml', '--watch');
    await ready(gateway);
    await folder.write(
      'watched/supergraph.graphql',
      `${text}\n"More" scalar More @join__type(graph: ONE)`,
    );
    await gateway.printed(/The supergraph was read again: swapped/);
    await folder.write('watched/gatehouse.yaml', config('/two').replace('../super', 'super'));
    await gateway.printed(/The configuration was read again: swapped/);
    await expectPath(gateway, '/two');
  });
});

describe('gatehouse serve ends', () => {
  const end = (...args: readonly string[]) => gatehouse(['serve', ...args], { cwd: folder.path });

  test('with 2 where there is no supergraph', async () => {
    const file = join(folder.path, 'nowhere.graphql');
    expect(await end('--supergraph', 'nowhere.graphql', ...freePorts)).toEqual({
      code: 2,
      stdout: '',
      stderr: `${file} NOT_FOUND There is no such file\n`,
    });
  });

  test('with 2 where neither a supergraph nor a configuration is named, and none is there', async () => {
    expect(await end()).toEqual({
      code: 2,
      stdout: '',
      stderr: 'gatehouse.yaml NOT_FOUND The configuration cannot be read: it does not exist\n',
    });
  });

  test('with 1 where the supergraph is broken, and shows no stack', async () => {
    const text = await readFile(supergraph, 'utf8');
    await folder.write('wrong.graphql', text.replace('hello: String', 'hello: Strng'));
    expect(await end('--supergraph', 'wrong.graphql', ...freePorts)).toEqual({
      code: 1,
      stdout: '',
      stderr: `${join(folder.path, 'wrong.graphql')} SUPERGRAPH_INVALID The supergraph cannot be used: Unknown type Strng\n`,
    });
  });

  test('with 2 where a port is in use', async () => {
    await using taken = await listen(() => {});
    const { port } = taken;
    const stderr = `ADDRESS_UNAVAILABLE Cannot listen on 127.0.0.1:${port}: the port is in use\n`;
    const args = ['--supergraph', 'supergraph.graphql', '--port', '0', '--admin-port', `${port}`];
    expect(await end(...args)).toEqual({ code: 2, stdout: '', stderr });
  });

  test('with 3 where a subgraph cannot be reached that nothing is known of', async () => {
    const gone = await listen(() => {});
    await gone[Symbol.asyncDispose]();
    const url = `${gone.url}/`;
    const list = `subgraphs:\n  two: { routing_url: '${url}', schema: { subgraph_url: '${url}' } }\n`;
    const file = await folder.write('gone/supergraph.yaml', list);
    const message = `Subgraph "two" at ${url} cannot be reached: the request failed (ECONNREFUSED)`;
    const column = list.split('\n')[1]?.indexOf('schema:');
    expect(await end('--supergraph', 'gone/supergraph.yaml', ...freePorts)).toEqual({
      code: 3,
      stdout: '',
      stderr: `${file}:2:${(column ?? 0) + 1} SUBGRAPH_UNREACHABLE ${message}\n`,
    });
  });
});
