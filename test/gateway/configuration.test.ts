import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { json } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { ConfigurationFile } from '../../src/config/configuration-file.ts';
import { createGateway } from '../../src/gateway.ts';
import { compose } from '../../src/supergraph/compose.ts';
import { send } from '../harness/federation.ts';
import { listen } from '../harness/listen.ts';
import { LogLines } from '../harness/log-lines.ts';
import { linked, startAnswering } from '../harness/subgraph.ts';
import { temporaryFolder } from '../supergraph/folder.ts';

const { signal } = new AbortController();

/** A gateway that watches its configuration; its subgraph answers with the headers it was sent. */
async function configured(settings: string) {
  const folder = await temporaryFolder();
  const subgraph = await startAnswering(({ headers }) => ({
    data: { key: headers['x-key'] ?? null },
  }));
  const composed = compose([
    { name: 'one', sdl: linked('type Query { key: String }'), url: subgraph.url },
  ]);
  if ('problems' in composed) throw new Error(JSON.stringify(composed.problems));
  await folder.write('supergraph.graphql', composed.supergraphSdl);
  const write = (text: string) => folder.write('gatehouse.yaml', text + addresses);
  const file = await write(settings);
  const configuration = new ConfigurationFile({ file, env: {} });
  const log = new LogLines();
  const config = await configuration.load(signal);
  const gateway = await createGateway({ config, configuration, logTo: log });
  return {
    folder,
    file,
    gateway,
    log,
    write,
    key: async () => (await send(gateway.url, { query: '{ key }' })).body,
    health: async () => (await fetch(`${gateway.adminUrl}/health/ready`)).json(),
    applied: (count?: number) => log.wait('The configuration was read again: swapped', count),
    async [Symbol.asyncDispose]() {
      await gateway[Symbol.asyncDispose]();
      await subgraph[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

const addresses = '\nserver: { listen: [{ host: 127.0.0.1, port: 0 }], admin: { port: 0 } }\n';

/** Settings under which the subgraph gets this key. */
const withKey = (value: string, more = '') => `graphql:
  supergraph: { file: supergraph.graphql }
  subgraphs: { all: { headers: { request: [{ insert: { name: x-key, value: "${value}" } }] } } }
${more}`;

const answered = (key: string) => ({ data: { key } });

describe('a configuration that changes', () => {
  test('is what the next request sees, over the connection that is open', async () => {
    await using place = await configured(withKey('one'));
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    using _agent = { [Symbol.dispose]: () => agent.destroy() };
    const ports = new Set<number | undefined>();
    const ask = async () => {
      const headers = { 'content-type': 'application/json' };
      const asking = request(place.gateway.url, { method: 'POST', agent, headers });
      asking.end('{"query":"{ key }"}');
      const [response] = await once(asking, 'response');
      ports.add(asking.socket?.localPort);
      return json(response);
    };
    expect(await ask()).toEqual(answered('one'));
    await place.write(withKey('two'));
    await place.applied();
    expect(await ask()).toEqual(answered('two'));
    expect(ports.size).toBe(1);
  });

  test('is applied where it is of the door alone, and keeps the generation', async () => {
    await using place = await configured(withKey('one'));
    await place.write(withKey('one', 'observability: { requestId: { header: x-trace } }'));
    await place.applied();
    const { headers } = await send(place.gateway.url, { query: '{ key }' });
    expect(headers.has('x-trace')).toBe(true);
    expect(headers.has('x-request-id')).toBe(false);
    expect(await place.health()).toMatchObject({ supergraph: { generation: 1 } });
  });

  test('in a file that it refers to is seen', async () => {
    await using place = await configured(withKey('one'));
    await place.folder.write('secret', 'two');
    await place.write(withKey('${'.concat('file:secret}')));
    await place.applied(1);
    expect(await place.key()).toEqual(answered('two'));
    await place.folder.write('secret', 'three');
    await place.applied(2);
    expect(await place.key()).toEqual(answered('three'));
    expect(JSON.stringify(place.log.all)).not.toContain('three');
  });

  test('and is broken is refused with its place; the old one stays until the next good one', async () => {
    await using place = await configured(withKey('one'));
    await place.write(withKey('two', '  timeot: 5s'));
    const refused = await place.log.wait('The configuration was refused: the last good stays');
    const problem = { code: 'UNKNOWN_KEY', file: place.file, line: 4, column: 3 };
    expect(refused).toMatchObject([{ level: 'error', kind: 'configuration', ...problem }]);
    expect(await place.key()).toEqual(answered('one'));
    expect(await place.health()).toMatchObject({
      status: 'ready',
      configuration: { refused: { problems: [problem] } },
    });
    await place.write(withKey('three'));
    await place.applied();
    expect(await place.key()).toEqual(answered('three'));
    expect(await place.health()).not.toHaveProperty('configuration.refused');
  });

  test('and names a supergraph that is not there is refused as a whole', async () => {
    await using place = await configured(withKey('one'));
    await place.write(withKey('two').replace('supergraph.graphql', 'nowhere.graphql'));
    const [line] = await place.log.wait('The configuration was refused: the last good stays');
    expect(line).toMatchObject({ code: 'NOT_FOUND' });
    expect(await place.key()).toEqual(answered('one'));
  });

  test('and names another supergraph is served with it', async () => {
    await using place = await configured(withKey('one'));
    await using other = await startAnswering(() => ({ data: { other: 1 } }));
    const composed = compose([
      { name: 'two', sdl: linked('type Query { other: Int }'), url: other.url },
    ]);
    await place.folder.write(
      'other.graphql',
      'supergraphSdl' in composed ? composed.supergraphSdl : '',
    );
    await place.write(withKey('two').replace('supergraph.graphql', 'other.graphql'));
    await place.applied();
    const { body } = await send(place.gateway.url, { query: '{ other }' });
    expect(body).toEqual({ data: { other: 1 } });
  });

  test('in what needs a restart says so, and the rest is applied', async () => {
    await using place = await configured(withKey('one'));
    const text = withKey('two') + addresses.replace('[{ host', '[{ port: 1 }, { host');
    await writeFile(place.file, text);
    await place.applied();
    const [line] = await place.log.wait('These settings need a restart: the others are applied');
    const settings = ['server.listen[0].host', 'server.listen[0].port', 'server.listen[1]'];
    expect(line).toMatchObject({ level: 'warn', settings });
    expect(await place.key()).toEqual(answered('two'));
    expect(await place.health()).toMatchObject({ configuration: { needsRestart: settings } });
  });

  test('takes a shorter time limit for the next request', async () => {
    await using silent = await listen(() => {});
    const at = (timeout: string) =>
      withKey('one')
        .replace('all: {', `all: { timeout: { total: ${timeout} },`)
        .replace('subgraphs: {', `subgraphs: { one: { url: '${silent.url}' },`);
    await using place = await configured(at('1h'));
    await place.write(at('20ms'));
    await place.applied();
    expect(await place.key()).toMatchObject({
      data: { key: null },
      errors: [{ extensions: { code: 'GATEWAY_TIMEOUT' } }],
    });
  });
});

describe('gateway.reload', () => {
  const nothing = { problems: [], needsRestart: [] };

  test('takes a configuration that it is given, and tells what became of it', async () => {
    await using place = await configured(withKey('one'));
    const { file } = place;
    expect(await place.gateway.reload()).toEqual({ outcome: 'unchanged', ...nothing });
    const other = await place.folder.write(
      'other.yaml',
      withKey('two') + addresses.replace('port: 0', 'port: 5'),
    );
    const wanted = await new ConfigurationFile({ file: other, env: {} }).load(signal);
    expect(await place.gateway.reload(wanted)).toEqual({
      outcome: 'swapped',
      problems: [],
      needsRestart: ['server.listen[0].port'],
    });
    expect(await place.key()).toEqual(answered('two'));
    expect(await place.gateway.reload()).toEqual({ outcome: 'swapped', ...nothing });
    expect(await place.key()).toEqual(answered('one'));
    await place.folder.write('supergraph.graphql', '');
    expect(await place.gateway.reload()).toEqual({
      outcome: 'refused',
      problems: [
        {
          code: 'NOT_A_SUPERGRAPH',
          message: 'The file is empty',
          file: file.replace('gatehouse.yaml', 'supergraph.graphql'),
        },
      ],
      needsRestart: [],
    });
  });

  test('rejects once the gateway ends', async () => {
    await using place = await configured(withKey('one'));
    await place.gateway[Symbol.asyncDispose]();
    await expect(place.gateway.reload()).rejects.toThrow('The gateway is shutting down');
  });
});
