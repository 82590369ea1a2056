import { availableParallelism } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { RestartDelay } from '../../src/cli/workers/restart-delay.ts';
import { compose } from '../../src/supergraph/compose.ts';
import { gatehouse } from '../harness/command.ts';
import { listen } from '../harness/listen.ts';
import type { LogLine } from '../harness/log-lines.ts';
import { linked, startSubgraph, type TestSubgraph } from '../harness/subgraph.ts';
import { type Folder, temporaryFolder } from '../supergraph/folder.ts';
import { type Serving, serving } from './serving.ts';

const sdl = 'type Query { hello: String, slow: String }';
const freePorts = ['--port', '0', '--admin-port', '0'];
const two = ['--supergraph', 'supergraph.graphql', ...freePorts, '--workers', '2'];
const requests =
  'http_server_request_duration_seconds_count{http_request_method="POST",http_response_status_code="200"}';
const hello = { status: 200, body: { data: { hello: 'Hello' } } };
const slow = { status: 200, body: { data: { slow: 'At last' } } };
const ended = 'A worker ended before its time: another takes its place';

/** Holds the answers to `slow` until it is opened, at the latest when it is disposed. */
class Gate implements Disposable {
  readonly #opened = Promise.withResolvers<void>();
  #wanted = 0;
  #full = Promise.withResolvers<void>();

  /** Settles once `count` more requests wait. */
  holds(count: number): Promise<void> {
    this.#wanted = count;
    this.#full = Promise.withResolvers();
    return this.#full.promise;
  }

  open(): void {
    this.#opened.resolve();
  }

  [Symbol.dispose](): void {
    this.open();
  }

  async pass(): Promise<string> {
    this.#wanted -= 1;
    if (this.#wanted === 0) this.#full.resolve();
    await this.#opened.promise;
    return 'At last';
  }
}

let folder: Folder;
let subgraph: TestSubgraph;
let gate = new Gate();
let supergraph: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  const resolvers = { Query: { hello: () => 'Hello', slow: () => gate.pass() } };
  subgraph = await startSubgraph(sdl, resolvers);
  const composed = compose([{ name: 'one', sdl: linked(sdl), url: subgraph.url }]);
  if ('problems' in composed) throw new Error(JSON.stringify(composed.problems));
  supergraph = composed.supergraphSdl;
  await folder.write('supergraph.graphql', supergraph);
});
afterAll(async () => {
  await subgraph[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

/** Operations that no two workers, and no two requests, can share. */
function different(count: number, field: string): readonly string[] {
  return Array.from({ length: count }, (_, index) => `query Q${index} { ${field} }`);
}

/** Sends a worker a signal once it has been ready, and gives its process id. */
async function signal({ command }: Serving, worker: number, name: NodeJS.Signals) {
  const line = new RegExp(`"worker":${worker},"pid":\\d+,"msg":"A worker is ready"`);
  const [pid = ''] = /(?<="pid":)\d+/.exec(await command.printed(line)) ?? [];
  process.kill(Number(pid), name);
  return Number(pid);
}

function workersOf(lines: readonly LogLine[]): ReadonlySet<unknown> {
  return new Set(lines.map(({ worker }) => worker));
}

describe('several workers', () => {
  test('answer on one port, and are seen as one gateway', async () => {
    await using gateway = await serving(folder.path, ...two);
    const { ask, health, metric, logged, command } = gateway;
    for (const query of different(6, 'hello')) expect(await ask(query)).toEqual(hello);
    expect(workersOf(await logged('request', 6))).toEqual(new Set([1, 2]));
    expect(await metric(requests)).toBe(6);
    expect(await metric('gatehouse_workers_ready')).toBe(2);
    expect(await metric('process_start_time_seconds')).toBeGreaterThan(0);
    expect(await health()).toEqual({
      status: 200,
      body: {
        status: 'ready',
        workers: { wanted: 2, ready: 2 },
        supergraph: expect.objectContaining({ generation: 1 }),
        configuration: { since: expect.any(String) },
      },
    });
    expect(command.text.match(/"msg":"ready"/g)).toHaveLength(1);
    expect(await command.stop('SIGTERM')).toBe(0);
    expect(command.text).not.toContain(ended);
  });

  test('are as many as there are cores with auto', async () => {
    await folder.write(
      'auto/gatehouse.yaml',
      `server: { listen: [{ port: 0 }], admin: { port: 0 }, workers: auto }
graphql: { supergraph: { file: ../supergraph.graphql } }
`,
    );
    await using gateway = await serving(folder.path, '--config', 'auto/gatehouse.yaml');
    const cores = availableParallelism();
    const workers = cores === 1 ? {} : { workers: { wanted: cores, ready: cores } };
    expect((await gateway.health()).body).toMatchObject({ status: 'ready', ...workers });
    expect(await gateway.ask('{ hello }')).toEqual(hello);
  });

  test('that are one are this process alone', async () => {
    await using gateway = await serving(folder.path, ...two, '--workers', '1');
    expect(await gateway.ask('{ hello }')).toEqual(hello);
    expect((await gateway.health()).body).not.toHaveProperty('workers');
    expect(gateway.command.text).not.toContain('worker');
    expect(await gateway.metric('gatehouse_workers_ready')).toBeUndefined();
  });
});

describe('a worker that dies', () => {
  test('is replaced, and takes nothing along but its own requests', async () => {
    await using gateway = await serving(folder.path, ...two);
    using opened = new Gate();
    gate = opened;
    const { ask, logged, metric } = gateway;
    for (const query of different(4, 'hello')) expect(await ask(query)).toEqual(hello);
    await logged('request', 4);
    expect(await metric(requests)).toBe(4);
    const held = gate.holds(8);
    const asked = different(8, 'slow').map((query) => ask(query));
    const outcomes = Promise.allSettled(asked);
    await held;
    const pid = await signal(gateway, 1, 'SIGKILL');
    const [end] = await logged(ended, 1);
    expect(end).toMatchObject({ worker: 1, pid, signal: 'SIGKILL', restartInMs: 0 });
    expect(await gateway.health()).toMatchObject({
      status: 200,
      body: { status: 'ready', workers: { wanted: 2, ready: 1 } },
    });
    gate.open();
    const settled = await outcomes;
    const answered = settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
    expect(answered).toEqual(answered.map(() => slow));
    // Both had some: of those in the other worker, none was lost or left.
    expect([1, 2, 3, 4, 5, 6, 7]).toContain(answered.length);
    const lines = (await logged('request', 4 + answered.length)).slice(4);
    expect(lines.map(({ worker, status }) => ({ worker, status }))).toEqual(
      answered.map(() => ({ worker: 2, status: 200 })),
    );
    await gateway.logged('A worker is ready', 3);
    expect(await metric('gatehouse_worker_restarts_total{reason="SIGKILL"}')).toBe(1);
    expect((await gateway.health()).body).toMatchObject({ workers: { wanted: 2, ready: 2 } });
    // What the dead one had counted is still there.
    const before = 4 + answered.length;
    expect(await metric(requests)).toBe(before);
    for (const query of different(4, 'hello')) expect(await ask(query)).toEqual(hello);
    const after = await logged('request', before + 4);
    expect(workersOf(after.slice(before))).toEqual(new Set([2, 3]));
    expect(await metric(requests)).toBe(before + 4);
  });

  test('leaves the connections that it did not take to others', async () => {
    await using gateway = await serving(folder.path, ...two);
    await signal(gateway, 1, 'SIGSTOP');
    // One of these connections is handed to the worker that stands still.
    let open = 4;
    const othersAnswered = Promise.withResolvers<void>();
    const asked = different(4, 'hello').map(async (query) => {
      const answer = await gateway.ask(query);
      open -= 1;
      if (open === 1) othersAnswered.resolve();
      return answer;
    });
    await othersAnswered.promise;
    // It tells nothing any more, which does not keep the others from it.
    await gateway.logged('request', 3);
    expect(await gateway.metric(requests)).toBe(3);
    await signal(gateway, 1, 'SIGKILL');
    expect(await Promise.all(asked)).toEqual([hello, hello, hello, hello]);
    expect(workersOf(await gateway.logged('request', 4))).toEqual(new Set([2]));
  });

  test('with all others is replaced on the same port', async () => {
    await using gateway = await serving(folder.path, ...two);
    await signal(gateway, 1, 'SIGKILL');
    await signal(gateway, 2, 'SIGKILL');
    await gateway.logged(ended, 2);
    expect(await gateway.health()).toMatchObject({
      status: 503,
      body: { status: 'starting', workers: { wanted: 2, ready: 0 } },
    });
    await gateway.logged('A worker is ready', 4);
    for (const query of different(4, 'hello')) expect(await gateway.ask(query)).toEqual(hello);
  });

  test('early again and again is replaced later and later', async () => {
    await using gateway = await serving(folder.path, ...two);
    await signal(gateway, 1, 'SIGKILL');
    await signal(gateway, 3, 'SIGKILL');
    const ends = await gateway.logged(ended, 2);
    expect(ends.map(({ restartInMs }) => restartInMs)).toEqual([0, 500]);
    const delay = new RestartDelay();
    const delays = [10, 29_999, 0, 0, 0, 0, 0, 0, 0, 30_000, 5, 5].map((ms) => delay.after(ms));
    expect(delays).toEqual([0, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 0, 0, 500]);
  });
});

describe('a reload', () => {
  const config = (
    path: string,
  ) => `server: { listen: [{ port: 0 }], admin: { port: 0 }, workers: 2 }
graphql: { path: ${path}, supergraph: { file: supergraph.graphql } }
`;

  test('reaches every worker, and what is refused reaches none, nor those that come later', async () => {
    await folder.write('reload/gatehouse.yaml', config('/one'));
    await folder.write('reload/supergraph.graphql', supergraph);
    await using gateway = await serving(folder.path, '--config', 'reload/gatehouse.yaml');
    const { ask, command, logged } = gateway;
    const expectAll = async (query: string, path: string, data: unknown): Promise<void> => {
      for (let time = 0; time < 4; time += 1) {
        expect(await ask(query, path)).toEqual({ status: 200, body: { data } });
      }
    };
    await expectAll('{ hello }', '/one', { hello: 'Hello' });
    const next = supergraph.replace(
      'type Query',
      'scalar Later @join__type(graph: ONE) type Query',
    );
    await folder.write('reload/supergraph.graphql', next);
    await folder.write('reload/gatehouse.yaml', config('/two'));
    command.signal('SIGHUP');
    await logged('The supergraph was read again: swapped', 1);
    const later = '{ __type(name: "Later") { name } }';
    await expectAll(later, '/two', { __type: { name: 'Later' } });
    await folder.write('reload/supergraph.graphql', next.replace('slow: String', 'slow: Strng'));
    command.signal('SIGHUP');
    await logged('The supergraph was refused: the last good stays', 1);
    const health = await gateway.health();
    expect(health).toMatchObject({
      status: 200,
      body: { supergraph: { generation: 3, refused: { problems: [expect.anything()] } } },
    });
    await signal(gateway, 1, 'SIGKILL');
    await gateway.logged('A worker is ready', 3);
    await expectAll(later, '/two', { __type: { name: 'Later' } });
    expect(
      await gateway.metric('gatehouse_reloads_total{kind="supergraph",outcome="swapped"}'),
    ).toBe(1);
    expect(
      await gateway.metric('gatehouse_reloads_total{kind="supergraph",outcome="refused"}'),
    ).toBe(1);
  });
});

describe('the end', () => {
  test('waits for the requests in flight of every worker', async () => {
    await using gateway = await serving(folder.path, ...two);
    using opened = new Gate();
    gate = opened;
    const held = gate.holds(8);
    const asked = different(8, 'slow').map((query) => gateway.ask(query));
    await held;
    process.kill(gateway.command.pid, 'SIGTERM');
    while ((await gateway.health()).status === 200);
    expect((await gateway.health()).body).toMatchObject({ status: 'draining' });
    gate.open();
    expect(await Promise.all(asked)).toEqual(Array(8).fill(slow));
    expect(await gateway.command.ended).toBe(0);
    expect(workersOf(await gateway.logged('request', 8))).toEqual(new Set([1, 2]));
  });

  test('of the process that started them is theirs', async () => {
    await using gateway = await serving(folder.path, ...two);
    process.kill(gateway.command.pid, 'SIGKILL');
    // The workers write to the same output: it is closed when the last one has ended.
    expect(await gateway.command.ended).toBeNull();
  });
});

describe('a start that fails is told once', () => {
  const end = (...args: readonly string[]) => gatehouse(['serve', ...args], { cwd: folder.path });

  test('with 2 where the configuration is wrong', async () => {
    await folder.write('wrong/gatehouse.yaml', 'server: { workers: 2, listen: 5 }');
    expect(await end('--config', 'wrong/gatehouse.yaml')).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'wrong/gatehouse.yaml:1:31 INVALID_VALUE server.listen: Expected a list, found a number\n',
    });
  });

  test('with 1 where the supergraph is broken', async () => {
    const broken = supergraph.replace('slow: String', 'slow: Strng');
    const file = await folder.write('wrong/supergraph.graphql', broken);
    const args = ['--supergraph', 'wrong/supergraph.graphql', ...freePorts, '--workers', '2'];
    expect(await end(...args)).toEqual({
      code: 1,
      stdout: '',
      stderr: `${file} SUPERGRAPH_INVALID The supergraph cannot be used: Unknown type Strng\n`,
    });
  });

  test('with 2 where a port is in use', async () => {
    await using taken = await listen(() => {});
    const { port } = taken;
    await folder.write(
      'taken/gatehouse.yaml',
      `server: { listen: [{ host: 127.0.0.1, port: ${port} }], admin: { port: 0 }, workers: 2 }
graphql: { supergraph: { file: ../supergraph.graphql } }
`,
    );
    expect(await end('--config', 'taken/gatehouse.yaml')).toEqual({
      code: 2,
      stdout: '',
      stderr: `ADDRESS_UNAVAILABLE Cannot listen on 127.0.0.1:${port}: the port is in use\n`,
    });
  });

  test('with 2 where the number of workers is none', async () => {
    const { code, stderr } = await end(...two, '--workers', '0');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        "error: option '--workers <count>' argument '0' is invalid. Expected auto, or a number from 1 to 256.\n",
    });
  });
});
