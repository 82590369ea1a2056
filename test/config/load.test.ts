/* biome-ignore-all lint/suspicious/noTemplateCurlyInString: the references are meant as text */
import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.ts';
import type { GatewayConfig } from '../../src/config/schema.ts';
import type { Override } from '../../src/yaml/read.ts';
import { folderWith } from './files.ts';

const defaults: GatewayConfig = {
  version: 1,
  production: false,
  server: {
    listen: [{ host: '0.0.0.0', port: 4000 }],
    admin: { host: '127.0.0.1' },
    workers: 1,
    limits: {
      body: 2_000_000,
      headers: 100,
      headerBytes: 65_536,
      uri: 16_384,
      connections: 10_000,
    },
    timeouts: { headers: 10_000, request: 30_000, write: 30_000, idle: 75_000 },
    shutdown: { drain: 30_000 },
  },
  auth: {},
  graphql: {
    auth: { schemes: [], require: false },
    path: '/graphql',
    batching: { enabled: false, max: 10 },
    csrf: true,
    graphiql: true,
    subgraphs: {
      all: {
        timeout: { connect: 5_000, total: 30_000 },
        response: { size: 10_000_000, depth: 500 },
        entities: { max: 10_000 },
        connections: { max: 256, keepAlive: 4_000, http2: false },
        headers: { request: [], response: [] },
        deduplicate: true,
        retry: {
          max: 2,
          budget: 0.2,
          minPerSecond: 1,
          backoff: { min: 25, max: 250 },
          statuses: [429, 500, 502, 503, 504],
        },
        breaker: {
          enabled: true,
          window: 10_000,
          minRequests: 20,
          failures: 0.5,
          open: { min: 5_000, max: 60_000 },
          probes: 3,
          statuses: ['5xx' as const],
          graphqlErrors: false,
        },
        concurrency: { max: 256, queue: 64 },
        fallback: 'error' as const,
        balance: 'p2c' as const,
        slowStart: 10_000,
        panic: 0.5,
        eject: {
          after: 5,
          failures: 0.5,
          window: 10_000,
          minRequests: 20,
          for: { min: 30_000, max: 300_000 },
          max: 0.5,
        },
      },
    },
    authorization: {
      mode: 'filter',
      dryRun: false,
      errors: { response: 'errors', log: true },
      policies: { timeout: 1_000, rules: {} },
    },
    introspection: true,
    suggestions: true,
    limits: {
      warnOnly: false,
      trustedDocuments: true,
      tokens: { max: 15_000 },
      recursion: { max: 500 },
      depth: { max: 50 },
      height: { max: 1_000 },
      aliases: { max: 30 },
      rootFields: { max: 20 },
      directives: { max: 50 },
      selections: { max: 5_000 },
      fragments: { max: 500 },
      operations: { max: 100 },
      variables: { max: 500 },
      operationName: { max: 512 },
      introspectionDepth: { max: 2 },
      listSize: { max: 10_000 },
      variablesDepth: { max: 200 },
    },
    cost: {
      mode: 'off',
      listSize: 10,
      actual: 'byResponseShape',
      headers: false,
      subgraphs: { all: {} },
    },
    documentCache: { size: 33_554_432 },
    persistedQueries: { enabled: true, size: 33_554_432 },
    planCache: { size: 67_108_864 },
    planning: {
      timeout: 5_000,
      cpu: 2_000,
      memory: 536_870_912,
      paths: 10_000,
      size: 1_048_576,
      workers: 2,
      warmUp: { operations: 100, timeout: 30_000 },
    },
    progressiveOverride: {
      stickyBy: [{ claim: 'sub' }, { header: 'authorization' }],
      labels: {},
    },
    exposePlan: false,
    timeout: 60_000,
    response: { values: 1_000_000, size: 10_000_000, errors: 100 },
    deduplicate: { enabled: true, except: [] },
    errors: {
      subgraphs: { all: 'masked' },
      maskedMessage: 'Subgraph error',
      extensions: ['code'],
      service: true,
    },
  },
  observability: {
    log: { level: 'info', subject: false },
    requestId: { header: 'x-request-id', trust: false },
  },
};

/** Loads a file with this text, beside others. */
async function load(
  text: string,
  env: Readonly<Record<string, string>> = {},
  files: Readonly<Record<string, string>> = {},
  overrides: readonly Override[] = [],
): Promise<GatewayConfig> {
  await using folder = await folderWith({ 'gatehouse.yaml': text, ...files });
  const file = folder.file('gatehouse.yaml');
  return (await loadConfig({ file, env, overrides })).config;
}

describe('a configuration', () => {
  test('without a file has every default', async () => {
    const { config } = await loadConfig({ env: {} });
    expect(config).toEqual(defaults);
  });

  test.each(['', '# nothing yet\n', '---\n'])('that says nothing is one: %j', async (text) => {
    expect(await load(text)).toEqual(defaults);
  });

  test('as the documentation shows it is read whole', async () => {
    await using folder = await folderWith({
      'gatehouse.yaml': `
version: 1
server: { listen: [{ port: 4000 }], admin: { host: 127.0.0.1, port: 4001 }, workers: 1 }
graphql:
  path: /graphql
  supergraph: { file: schema/supergraph.graphql }
  subgraphs:
    all:            { timeout: { total: 20s } }
    orders-query:   { role: query, url: http://orders:4001/graphql, connections: { max: 64 } }
    orders-command: { role: command }
  introspection: true
  limits: { depth: 50, aliases: 30, rootFields: 20, tokens: 15000 }
`,
    });
    const file = folder.file('gatehouse.yaml');
    const { config } = await loadConfig({ file, env: {} });
    expect(config).toEqual({
      ...defaults,
      server: { ...defaults.server, admin: { host: '127.0.0.1', port: 4001 } },
      graphql: {
        ...defaults.graphql,
        supergraph: { file: folder.file('schema/supergraph.graphql'), watch: false },
        subgraphs: {
          all: { ...defaults.graphql.subgraphs.all, timeout: { connect: 5_000, total: 20_000 } },
          'orders-query': {
            role: 'query',
            url: 'http://orders:4001/graphql',
            connections: { max: 64 },
          },
          'orders-command': { role: 'command' },
        },
      },
    });
  });

  test('may repeat itself by anchors', async () => {
    const { subgraphs } = (
      await load(`
graphql:
  subgraphs:
    a: &patient { timeout: { total: 1m } }
    b: *patient
`)
    ).graphql;
    expect(subgraphs['b']).toEqual({ timeout: { total: 60_000 } });
  });

  test('names the parts of a composed supergraph from its own folder', async () => {
    await using folder = await folderWith({
      'conf/gatehouse.yaml':
        'graphql: { supergraph: { compose: ../supergraph.yaml, lastGood: /var/last } }',
    });
    const file = folder.file('conf/gatehouse.yaml');
    const { config } = await loadConfig({ file, env: {} });
    expect(config.graphql.supergraph).toEqual({
      compose: folder.file('supergraph.yaml'),
      watch: false,
      poll: 10_000,
      lastGood: '/var/last',
    });
  });
});

describe('a reference', () => {
  test('takes the type that the setting has, quoted or not', async () => {
    const text = `
server:
  listen: [{ port: "\${env:PORT}" }]
  limits:
    headers: \${env:PORT}
graphql:
  csrf: \${env:OFF}
  errors: { maskedMessage: "\${env:PORT}" }
`;
    const { server, graphql } = await load(text, { PORT: '1080', OFF: 'false' });
    expect(server.listen).toEqual([{ host: '0.0.0.0', port: 1080 }]);
    expect(server.limits.headers).toBe(1080);
    expect(graphql.csrf).toBe(false);
    expect(graphql.errors.maskedMessage).toBe('1080');
  });

  test.each([
    ['auto', 'auto'],
    ['4', 4],
  ])('to %s may be a number or a word', async (value, workers) => {
    const { server } = await load('server: { workers: "${env:WORKERS}" }', { WORKERS: value });
    expect(server.workers).toBe(workers);
  });

  test('is replaced inside a text, and more than once', async () => {
    const text = `
graphql:
  subgraphs:
    orders: { url: "http://\${env:HOST}:\${env:PORT}/graphql" }
`;
    const { subgraphs } = (await load(text, { HOST: 'orders', PORT: '4001' })).graphql;
    expect(subgraphs['orders']?.url).toBe('http://orders:4001/graphql');
  });

  test('to a file is read from the folder of the configuration, less one line break', async () => {
    const text = 'graphql: { errors: { maskedMessage: "<${file:secrets/text}>" } }';
    const { errors } = (await load(text, {}, { 'secrets/text': 'two\nlines\n' })).graphql;
    expect(errors.maskedMessage).toBe('<two\nlines>');
  });

  test('is not looked for in what it was replaced by', async () => {
    const text = 'graphql: { errors: { maskedMessage: "${env:OUTER}" } }';
    const { errors } = (await load(text, { OUTER: '${env:INNER}', INNER: 'no' })).graphql;
    expect(errors.maskedMessage).toBe('${env:INNER}');
  });

  test('is a plain text with another dollar sign before it', async () => {
    const text = 'graphql: { errors: { maskedMessage: "$${env:HOME} costs 1$" } }';
    const { errors } = (await load(text)).graphql;
    expect(errors.maskedMessage).toBe('${env:HOME} costs 1$');
  });
});

describe('an override', () => {
  const port: Override = {
    path: ['server', 'listen', 0, 'port'],
    value: 5_000,
    option: '--port',
  };

  test('goes before the file and leaves what is beside it', async () => {
    const text = 'server: { listen: [{ host: 127.0.0.1, port: 1 }, { port: 2 }] }';
    const { listen } = (await load(text, {}, {}, [port])).server;
    expect(listen).toEqual([
      { host: '127.0.0.1', port: 5_000 },
      { host: '0.0.0.0', port: 2 },
    ]);
  });

  test('needs no file', async () => {
    const value = { file: '/etc/supergraph.graphql' };
    const path = ['graphql', 'supergraph'];
    const supergraph: Override = { path, value, option: '--supergraph' };
    const overrides = [port, supergraph];
    const { config } = await loadConfig({ env: {}, overrides });
    expect(config.server.listen).toEqual([{ host: '0.0.0.0', port: 5_000 }]);
    expect(config.graphql.supergraph).toEqual({ ...value, watch: false });
  });

  test('takes the place of all that the file says of the setting', async () => {
    const path = ['graphql', 'supergraph'];
    const supergraph: Override = { path, value: { file: '/a' }, option: '--supergraph' };
    const text = 'graphql: { supergraph: { compose: supergraph.yaml } }';
    const { graphql } = await load(text, {}, {}, [supergraph]);
    expect(graphql.supergraph).toEqual({ file: '/a', watch: false });
  });

  test('that is not valid is told by its name on the command line', async () => {
    const wrong = { ...port, value: 70_000 };
    await expect(loadConfig({ env: {}, overrides: [wrong] })).rejects.toMatchObject({
      failure: 'configuration',
      problems: [
        {
          code: 'INVALID_VALUE',
          message: '--port: server.listen[0].port: Expected at most 65535',
        },
      ],
    });
  });
});
