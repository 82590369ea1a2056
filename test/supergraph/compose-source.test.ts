import { once } from 'node:events';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { HttpClient } from '../../src/clients/http.ts';
import { compose } from '../../src/supergraph/compose.ts';
import { postThrough } from '../../src/supergraph/sources/ask-sdl.ts';
import { ComposeSource } from '../../src/supergraph/sources/compose.ts';
import { LastGood } from '../../src/supergraph/sources/last-good.ts';
import type { SupergraphSource } from '../../src/supergraph/sources/source.ts';
import { supergraphSourceContract } from '../contracts/supergraph-source.ts';
import { listen } from '../harness/listen.ts';
import { type Folder, temporaryFolder } from './folder.ts';
import { link } from './sdl.ts';
import { type SdlServer, serveSdl } from './sdl-server.ts';

const { signal } = new AbortController();

const products = `${link('v2.3', 'key')}type Query { ready: Product } type Product @key(fields: "id") { id: ID! }`;
const prices = `${link('v2.3', 'key')}type Product @key(fields: "id") { id: ID! price: Int }`;

interface Workplace extends AsyncDisposable {
  readonly folder: Folder;
  /** The source that composes `supergraph.yaml` of the folder. */
  readonly source: SupergraphSource;
  readonly reopen: () => SupergraphSource;
  /** Writes `supergraph.yaml` with `products` from a file and `prices` from a URL. */
  list(pricesUrl: string, more?: string): Promise<string>;
}

async function workplace(timeoutMs = 5_000, kept?: string): Promise<Workplace> {
  const folder = await temporaryFolder();
  const client = new HttpClient({
    connections: 4,
    keepAliveMs: 1_000,
    connectTimeoutMs: 2_000,
    maxBodyBytes: 1_000_000,
  });
  await folder.write('products.graphql', products);
  const file = join(folder.path, 'supergraph.yaml');
  const reopen = () =>
    new ComposeSource({
      file,
      post: postThrough(client),
      timeoutMs,
      pollMs: 20,
      lastGood: LastGood.of(file, kept && join(folder.path, kept)),
      environment: {},
      compose: async (subgraphs) => compose(subgraphs),
    });
  return {
    folder,
    source: reopen(),
    reopen,
    list: (pricesUrl, more = '') =>
      folder.write(
        'supergraph.yaml',
        `subgraphs:
  products:
    routing_url: http://products.test/
    role: query
    schema: { file: products.graphql }
  prices:
    routing_url: http://prices.test/
    schema: { subgraph_url: '${pricesUrl}'${more} }
`,
      ),
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** What loading failed with. */
const failureOf = ({ source }: Workplace) =>
  source.load(signal).then(
    () => new Error('It loads'),
    (thrown: unknown) => thrown,
  );

describe('a list of subgraphs', () => {
  supergraphSourceContract(async () => {
    const place = await workplace();
    const server = await serveSdl(prices);
    await place.list(server.url);
    return {
      source: place.source,
      reopen: place.reopen,
      async extend() {
        server.sdl = `${prices} extend type Query { added: Int }`;
      },
      spoil: () => rm(join(place.folder.path, 'products.graphql')),
      async [Symbol.asyncDispose]() {
        await place[Symbol.asyncDispose]();
        await server[Symbol.asyncDispose]();
      },
    };
  });

  test('is composed from files and from what subgraphs answer', async () => {
    await using place = await workplace();
    await using server = await serveSdl(prices);
    await place.list(server.url, ", introspection_headers: { X-Token: 'abc' }");
    const loaded = await place.source.load(signal);
    expect(loaded.sdl).toContain('price: Int @join__field(graph: PRICES)');
    expect(loaded.roles).toEqual(new Map([['products', 'query']]));
    expect(server.requests).toHaveLength(1);
    expect(JSON.parse(server.requests[0]?.body ?? '')).toEqual({
      query: 'query SubgraphSdl { _service { sdl } }',
      operationName: 'SubgraphSdl',
    });
    expect(server.requests[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-token': 'abc',
    });
  });

  test("may be given a subgraph's credentials in its URL", async () => {
    await using place = await workplace();
    await using server = await serveSdl(prices);
    await place.list(server.url.replace('//', '//gate%20way:se%3Acret@'));
    await place.source.load(signal);
    const expected = `Basic ${Buffer.from('gate way:se:cret').toString('base64')}`;
    expect(server.requests[0]?.headers.authorization).toBe(expected);
  });

  test('that is wrong is a failure of the configuration', async () => {
    await using place = await workplace();
    const file = await place.folder.write('supergraph.yaml', 'subgraphs: 5');
    expect(await failureOf(place)).toMatchObject({
      failure: 'configuration',
      problems: [{ code: 'INVALID_VALUE', file, line: 1, column: 12 }],
    });
  });

  test('that names files which are not there tells of each', async () => {
    await using place = await workplace();
    const subgraph = (name: string) =>
      `  ${name}: { routing_url: http://x.test/, schema: { file: ${name} } }\n`;
    await place.folder.write('supergraph.yaml', `subgraphs:\n${subgraph('a')}${subgraph('b')}`);
    expect(await failureOf(place)).toMatchObject({
      failure: 'configuration',
      problems: [
        { code: 'NOT_FOUND', file: join(place.folder.path, 'a') },
        { code: 'NOT_FOUND', file: join(place.folder.path, 'b') },
      ],
    });
  });

  test('that does not compose is a failure of the supergraph', async () => {
    await using place = await workplace();
    await using server = await serveSdl('type Product {');
    await place.list(`${server.url}/graphql?token=secret`);
    expect(await failureOf(place)).toMatchObject({
      failure: 'supergraph',
      problems: [
        {
          code: 'INVALID_GRAPHQL',
          message: '[prices] Syntax Error: Expected Name, found <EOF>.',
          subgraph: 'prices',
          file: `${server.url}/graphql`,
          line: 1,
          column: 15,
        },
      ],
    });
  });

  test('that breaks a CQRS rule is a failure of the supergraph', async () => {
    await using place = await workplace();
    await using server = await serveSdl(prices);
    await place.list(server.url);
    await place.folder.write('products.graphql', `${products} type Mutation { sell: Int }`);
    expect(await failureOf(place)).toMatchObject({
      failure: 'supergraph',
      problems: [{ code: 'CQRS_QUERY_HAS_MUTATION', subgraph: 'products' }],
    });
  });
});

describe('a subgraph that gives no SDL', () => {
  /** Loads with `prices` at `url`, of which nothing is known, and gives what it failed with. */
  async function failureAt(place: Workplace, url: string): Promise<unknown> {
    await place.list(url);
    return failureOf(place);
  }

  const unreachable = (place: Workplace, url: string, reason: string) => ({
    failure: 'unreachable',
    problems: [
      {
        code: 'SUBGRAPH_UNREACHABLE',
        message: `Subgraph "prices" at ${url} cannot be reached: ${reason}`,
        file: join(place.folder.path, 'supergraph.yaml'),
        line: 8,
        column: 5,
      },
    ],
  });

  test('because nobody listens is named, without its credentials', async () => {
    await using place = await workplace();
    const server = await listen(() => {});
    await server[Symbol.asyncDispose]();
    const url = `${server.url.replace('//', '//user:secret@')}/graphql?token=secret`;
    const failure = await failureAt(place, url);
    const reason = 'the request failed (ECONNREFUSED)';
    expect(failure).toMatchObject(unreachable(place, `${server.url}/graphql`, reason));
    expect(String(failure)).not.toContain('secret');
  });

  test('because it stays silent is given up after the time limit', async () => {
    await using place = await workplace(50);
    await using server = await listen(() => {});
    const closed = once(server.server, 'connection').then(([socket]) => once(socket, 'close'));
    const failure = await failureAt(place, server.url);
    const reason = 'it did not answer within 50 ms';
    expect(failure).toMatchObject(unreachable(place, `${server.url}/`, reason));
    await closed;
  });

  test('because the gateway gives up is not waited for', async () => {
    await using place = await workplace();
    const stop = new AbortController();
    const reason = new Error('stopped');
    await using server = await listen(() => stop.abort(reason));
    await place.list(server.url);
    await expect(place.source.load(stop.signal)).rejects.toBe(reason);
  });

  test.each([
    [503, '{"data":{"_service":{"sdl":"type Query { a: Int }"}}}', 'it answered with status 503'],
    [302, '', 'it answered with status 302'],
    [200, '<html>', 'its answer is not a GraphQL response'],
    [200, '[]', 'its answer is not a GraphQL response'],
    [
      200,
      '{"errors":[{"message":"Cannot query field _service"}]}',
      'it gave no SDL for { _service { sdl } }: is it a federation subgraph?',
    ],
    [
      200,
      '{"data":{"_service":{"sdl":null}}}',
      'it gave no SDL for { _service { sdl } }: is it a federation subgraph?',
    ],
  ])('with status %i and %j is told apart', async (status, body, reason) => {
    await using place = await workplace();
    await using server = await listen((_, response) => {
      response.writeHead(status, { location: '/elsewhere' }).end(body);
    });
    const failure = await failureAt(place, server.url);
    expect(failure).toMatchObject(unreachable(place, `${server.url}/`, reason));
  });

  test('because it sends too much is told apart', async () => {
    await using place = await workplace();
    await using server = await listen((_, response) => response.end(' '.repeat(2_000_000)));
    const reason = 'the request failed (too-large)';
    expect(await failureAt(place, server.url)).toMatchObject(
      unreachable(place, `${server.url}/`, reason),
    );
  });

  test('does not hide the others that give none', async () => {
    await using place = await workplace();
    await using server = await listen((_, response) => response.writeHead(500).end());
    const entry = (name: string) => `  ${name}: { schema: { subgraph_url: '${server.url}' } }\n`;
    await place.folder.write('supergraph.yaml', `subgraphs:\n${entry('a')}${entry('b')}`);
    expect(await failureOf(place)).toMatchObject({
      failure: 'unreachable',
      problems: [{ line: 2 }, { line: 3 }],
    });
  });
});

describe('what composed last', () => {
  /** A workplace whose subgraphs composed once, and the server of `prices` among them. */
  async function composedOnce(): Promise<Workplace & { readonly server: SdlServer }> {
    const place = await workplace();
    const server = await serveSdl(prices);
    await place.list(server.url);
    await place.source.keep(await place.source.load(signal));
    return {
      ...place,
      server,
      async [Symbol.asyncDispose]() {
        await server[Symbol.asyncDispose]();
        await place[Symbol.asyncDispose]();
      },
    };
  }

  test('stands in for a subgraph that cannot be reached; the others are fresh', async () => {
    await using place = await composedOnce();
    await place.server[Symbol.asyncDispose]();
    await place.folder.write('products.graphql', `${products} extend type Query { added: Int }`);
    const { sdl, roles, warnings } = await place.source.load(signal);
    expect(sdl).toContain('added: Int');
    expect(sdl).toContain('price: Int @join__field(graph: PRICES)');
    expect(roles).toEqual(new Map([['products', 'query']]));
    expect(warnings).toEqual([
      {
        code: 'SUBGRAPH_UNREACHABLE',
        message: `Subgraph "prices" at ${place.server.url}/ cannot be reached: the request failed (ECONNREFUSED); its last good schema is used`,
        file: join(place.folder.path, 'supergraph.yaml'),
        line: 8,
        column: 5,
      },
    ]);
  });

  test('is there as a whole when the subgraphs do not compose any more', async () => {
    await using place = await composedOnce();
    const { sdl, roles } = await place.source.load(signal);
    place.server.sdl = prices.replace('price: Int', 'price: Money');
    expect(await failureOf(place)).toMatchObject({
      failure: 'supergraph',
      problems: [
        {
          code: 'INVALID_GRAPHQL',
          message: '[prices] Unknown type Money',
          subgraph: 'prices',
          file: `${place.server.url}/`,
          line: 2,
          column: 50,
        },
      ],
    });
    const kept = { sdl, roles, subgraphs: [], warnings: [] };
    expect(await place.source.lastGood(signal)).toEqual(kept);
  });

  test('survives a start that did not compose', async () => {
    await using place = await composedOnce();
    place.server.sdl = 'type Broken {';
    await failureOf(place);
    await place.server[Symbol.asyncDispose]();
    const { sdl, warnings } = await place.reopen().load(signal);
    expect(sdl).toContain('price: Int @join__field(graph: PRICES)');
    expect(warnings.map(({ code }) => code)).toEqual(['SUBGRAPH_UNREACHABLE']);
  });

  test('lies beside the list, a file for each subgraph, with nothing half written', async () => {
    await using place = await composedOnce();
    const folder = await keptIn(place, '.gatehouse/last-good');
    expect((await readdir(folder, { recursive: true })).sort()).toEqual([
      'subgraphs',
      'subgraphs/prices.graphql',
      'subgraphs/products.graphql',
      'supergraph.json',
    ]);
    expect(await readFile(join(folder, 'subgraphs/prices.graphql'), 'utf8')).toBe(prices);
  });

  test('lies in the folder that is named', async () => {
    await using place = await workplace(5_000, 'kept/here');
    await using server = await serveSdl(prices);
    await place.list(server.url);
    await place.source.keep(await place.source.load(signal));
    expect((await readdir(place.folder.path)).sort()).toEqual([
      'kept',
      'products.graphql',
      'supergraph.yaml',
    ]);
    await server[Symbol.asyncDispose]();
    expect((await place.reopen().load(signal)).sdl).toContain('price: Int');
  });

  test('counts as unknown when it cannot be understood', async () => {
    await using place = await composedOnce();
    const folder = await keptIn(place, '.gatehouse/last-good');
    await writeFile(join(folder, 'supergraph.json'), '{"sdl": 5');
    expect(await place.source.lastGood(signal)).toBe(undefined);
  });

  test('cannot be written outside its folder by the name of a subgraph', async () => {
    await using place = await workplace();
    await place.folder.write(
      'supergraph.yaml',
      `subgraphs: { 'x/../../../up': { routing_url: http://x.test/, schema: { file: products.graphql } } }`,
    );
    await place.source.keep(await place.source.load(signal));
    const folder = await keptIn(place, '.gatehouse/last-good');
    expect(await readdir(join(folder, 'subgraphs'))).toEqual(['x%2F..%2F..%2F..%2Fup.graphql']);
  });

  test('that cannot be written is a warning, and is known until the end all the same', async () => {
    await using place = await workplace();
    await using server = await serveSdl(prices);
    await place.list(server.url);
    await place.folder.write('.gatehouse', 'a file where the folder would be');
    const loaded = await place.source.load(signal);
    expect(await place.source.keep(loaded)).toEqual([
      {
        code: 'LAST_GOOD_NOT_WRITTEN',
        message: 'What serves cannot be kept for the next start: ENOTDIR',
        file: expect.stringContaining(join(place.folder.path, '.gatehouse/last-good')),
      },
    ]);
    await server[Symbol.asyncDispose]();
    expect((await place.source.load(signal)).sdl).toBe(loaded.sdl);
  });
});

/** The one folder in `name`: it is of the list, by its whole path. */
async function keptIn(place: Workplace, name: string): Promise<string> {
  const [folder = '', ...others] = await readdir(join(place.folder.path, name));
  expect(folder).toMatch(/^supergraph\.yaml-[0-9a-f]{16}$/);
  expect(others).toEqual([]);
  return join(place.folder.path, name, folder);
}

describe('changes', () => {
  /** The next change of `source`, from now on; ends with the test. */
  function following(source: SupergraphSource) {
    const stop = new AbortController();
    const changes = source.changes(stop.signal)[Symbol.asyncIterator]();
    return {
      next: () => changes.next(),
      async [Symbol.asyncDispose]() {
        stop.abort();
        await changes.return?.();
      },
    };
  }

  test('are seen in the list, in a schema file, in one that is new, and in an answer', async () => {
    await using place = await workplace();
    await using server = await serveSdl(prices);
    await place.list(server.url);
    await place.source.load(signal);
    await using changes = following(place.source);
    const added = async (name: string, change: () => unknown) => {
      const next = changes.next();
      await change();
      await next;
      expect((await place.source.load(signal)).sdl).toContain(name);
    };
    const { folder } = place;
    await added('one: Int', () => {
      return folder.write('products.graphql', `${products} extend type Query { one: Int }`);
    });
    await added('two: Int', () => {
      server.sdl = `${prices} extend type Query { two: Int }`;
    });
    await folder.write('stock.graphql', 'type Query { three: Int }');
    await added('three: Int', async () => {
      const list = await readFile(join(folder.path, 'supergraph.yaml'), 'utf8');
      const stock =
        '  stock: { routing_url: http://stock.test/, schema: { file: stock.graphql } }\n';
      await folder.write('supergraph.yaml', list + stock);
    });
    await added('four: Int', () => folder.write('stock.graphql', 'type Query { four: Int }'));
  });

  test('are none while a subgraph that was known cannot be reached', async () => {
    await using place = await workplace();
    let asked = 0;
    const unreached = Promise.withResolvers<void>();
    let answering = true;
    await using server = await listen((_, response) => {
      asked += 1;
      if (!answering) {
        response.writeHead(503).end();
        if (asked > 3) unreached.resolve();
        return;
      }
      response.end(JSON.stringify({ data: { _service: { sdl: prices } } }));
    });
    await place.list(server.url);
    await place.source.keep(await place.source.load(signal));
    answering = false;
    asked = 0;
    await using changes = following(place.source);
    let changed = false;
    void changes.next().then(() => {
      changed = true;
    });
    // The fourth question comes after the answers to three were looked at.
    await unreached.promise;
    expect(changed).toBe(false);
  });

  test('that undo each other are none', async () => {
    await using place = await workplace();
    await using server = await serveSdl(prices);
    await place.list(server.url);
    await place.source.load(signal);
    await using changes = following(place.source);
    await place.folder.write('products.graphql', `${products} # a remark`);
    await place.folder.write('products.graphql', products);
    const next = changes.next();
    server.sdl = `${prices} extend type Query { two: Int }`;
    await next;
    expect((await place.source.load(signal)).sdl).toContain('two: Int');
  });
});
