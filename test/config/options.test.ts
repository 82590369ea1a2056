import { describe, expect, test } from '@jest/globals';
import { gatewayConfig } from '../../src/config/schema.ts';
import { errorOptions, errorVisibility } from '../../src/respond/options.ts';
import { subgraphOptionsFor, subgraphsOptions } from '../../src/subgraph/options.ts';

describe('the options of a subgraph', () => {
  const subgraphs = subgraphsOptions.parse({
    all: {
      timeout: { connect: '1s', total: '20s' },
      deduplicate: true,
      headers: { request: [{ propagate: { named: 'Authorization' } }] },
    },
    orders: {
      role: 'command',
      url: 'http://orders/graphql',
      timeout: { total: '5s' },
      response: { size: '1kB' },
      deduplicate: true,
      headers: { request: [] },
      retry: { max: 0 },
      breaker: { open: '1s..10s', statuses: [503] },
      fallback: null,
    },
  });
  const resilience = {
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
      statuses: ['5xx'],
      graphqlErrors: false,
    },
    concurrency: { max: 256, queue: 64 },
    fallback: 'error',
  };
  const targets = {
    balance: 'p2c',
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
  };

  test('are those of all where it has none', () => {
    expect(subgraphOptionsFor('reviews', subgraphs)).toEqual({
      role: undefined,
      url: undefined,
      timeout: { connect: 1_000, total: 20_000 },
      response: { size: 10_000_000, depth: 500 },
      entities: { max: 10_000 },
      connections: { max: 256, keepAlive: 4_000, http2: false },
      deduplicate: true,
      headers: { request: [{ propagate: { named: 'authorization' } }], response: [] },
      ...resilience,
      ...targets,
    });
  });

  test('override those of all field by field, and lists as a whole', () => {
    expect(subgraphOptionsFor('orders', subgraphs)).toEqual({
      role: 'command',
      url: 'http://orders/graphql',
      timeout: { connect: 1_000, total: 5_000 },
      response: { size: 1_000, depth: 500 },
      entities: { max: 10_000 },
      connections: { max: 256, keepAlive: 4_000, http2: false },
      deduplicate: true,
      headers: { request: [], response: [] },
      ...resilience,
      ...targets,
      retry: { ...resilience.retry, max: 0 },
      breaker: { ...resilience.breaker, open: { min: 1_000, max: 10_000 }, statuses: [503] },
      fallback: null,
    });
  });

  test.each(['all', 'constructor', '__proto__'])(
    'of one that happens to be called %s are those of all',
    (name) => {
      const other = subgraphOptionsFor('reviews', subgraphs);
      expect(subgraphOptionsFor(name, subgraphs)).toEqual(other);
    },
  );
});

test('header rules know names in lower case and patterns as regular expressions', () => {
  const { headers } = subgraphsOptions.parse({
    all: {
      deduplicate: true,
      headers: {
        request: [
          { propagate: { named: 'X-Tenant', rename: 'X-Shop', default: 'none' } },
          { propagate: { matching: '^x-b3-' } },
          { remove: { named: 'Cookie' } },
          { remove: { matching: '^x-internal-' } },
          { insert: { name: 'X-Gateway', value: 'Gatehouse' } },
        ],
        response: [
          { propagate: { named: 'Set-Cookie', algorithm: 'append' } },
          { propagate: { matching: '^x-' } },
        ],
      },
    },
  }).all;
  expect(headers).toEqual({
    request: [
      { propagate: { named: 'x-tenant', rename: 'x-shop', default: 'none' } },
      { propagate: { matching: /^x-b3-/i } },
      { remove: { named: 'cookie' } },
      { remove: { matching: /^x-internal-/i } },
      { insert: { name: 'x-gateway', value: 'Gatehouse' } },
    ],
    response: [
      { propagate: { named: 'set-cookie', algorithm: 'append' } },
      { propagate: { matching: /^x-/i, algorithm: 'first' } },
    ],
  });
});

test('clients read the messages of those subgraphs that are exposed', () => {
  const errors = errorOptions.parse({ subgraphs: { orders: 'exposed' } });
  expect(errorVisibility('orders', errors)).toBe('exposed');
  expect(errorVisibility('reviews', errors)).toBe('masked');
  expect(errorVisibility('constructor', errors)).toBe('masked');
  const open = errorOptions.parse({ subgraphs: { all: 'exposed', billing: 'masked' } });
  expect(errorVisibility('orders', open)).toBe('exposed');
  expect(errorVisibility('billing', open)).toBe('masked');
});

test('a configuration that is written in code needs nothing', () => {
  expect(gatewayConfig.parse({})).toEqual(gatewayConfig.parse({ version: 1, graphql: {} }));
});
