import { describe, expect, test } from '@jest/globals';
import { type CorsInput, corsOptions } from '../../src/edge/cors-options.ts';
import { graphqlOptions, smallGateway } from './small-gateway.ts';

interface Sent {
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly query?: string;
}

/** The reply's status, and its headers that caches and browsers go by. */
async function reply(
  cors: CorsInput | undefined,
  { method = 'POST', headers = {}, query = '{ hello }' }: Sent,
) {
  const options = { ...graphqlOptions, ...(cors && { cors: corsOptions.parse(cors) }) };
  await using gateway = await smallGateway({ options });
  const response = await fetch(`http://127.0.0.1:${gateway.port}/graphql`, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(method === 'POST' && { body: JSON.stringify({ query }) }),
  });
  const told = [...response.headers].filter(([name]) => /^(access-control-|vary$)/.test(name));
  return { status: response.status, headers: Object.fromEntries(told) };
}

const shop = { origins: ['https://shop.test', 'https://*.shop.test:8443'] };
const preflight = {
  method: 'OPTIONS',
  headers: {
    origin: 'https://shop.test',
    'access-control-request-method': 'POST',
    'access-control-request-headers': 'content-type,x-trace',
    'access-control-request-private-network': 'true',
  },
};

describe('a reply', () => {
  test.each([
    ['an origin that is named', 'https://shop.test', true],
    ['a name below one, at its port', 'https://a.b.shop.test:8443', true],
    ['the same in capitals', 'https://SHOP.test', true],
    ['another port', 'https://shop.test:444', false],
    ['another scheme', 'http://shop.test', false],
    ['a name that ends alike', 'https://evilshop.test', false],
    ['a name that begins alike', 'https://shop.test.evil.test', false],
    ['a dot that is none', 'https://shopxtest', false],
    ['the parent of a pattern', 'https://shop.test:8443', false],
    ['an opaque origin', 'null', false],
    ['a line that is no origin', 'https://a.shop.test:8443 https://shop.test', false],
  ])('names %s only if it is listed', async (_name, origin, isListed) => {
    expect(await reply(shop, { headers: { origin } })).toEqual({
      status: 200,
      headers: { vary: 'Origin', ...(isListed && { 'access-control-allow-origin': origin }) },
    });
  });

  test('tells a page of credentials and of headers that it may read, also when it is an error', async () => {
    const cors = { ...shop, credentials: true, exposed: ['x-request-id', 'x-cost-actual'] };
    const headers = { origin: 'https://shop.test' };
    const expected = {
      vary: 'Origin',
      'access-control-allow-origin': 'https://shop.test',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'x-request-id, x-cost-actual',
    };
    expect(await reply(cors, { headers })).toEqual({ status: 200, headers: expected });
    const broken = await reply(cors, { headers, query: '{' });
    expect(broken.headers).toEqual(expected);
  });

  test('is for every page where every origin is, and then differs for none', async () => {
    const open = { origins: ['*'] };
    expect(await reply(open, { headers: { origin: 'https://any.test' } })).toEqual({
      status: 200,
      headers: { 'access-control-allow-origin': '*' },
    });
    expect(await reply(open, {})).toEqual({ status: 200, headers: {} });
  });

  test('tells nothing where nothing is configured', async () => {
    expect(await reply(undefined, { headers: { origin: 'https://shop.test' } })).toEqual({
      status: 200,
      headers: {},
    });
  });
});

describe('a preflight', () => {
  const allowed = {
    vary: 'Origin, Access-Control-Request-Headers',
    'access-control-allow-origin': 'https://shop.test',
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'content-type,x-trace',
    'access-control-max-age': '600',
  };

  test('allows what the page asks for', async () => {
    expect(await reply(shop, preflight)).toEqual({ status: 204, headers: allowed });
  });

  test('allows the headers that are listed, for a time, and a private network where that is open', async () => {
    const cors = { ...shop, headers: ['content-type'], maxAge: '1m', privateNetwork: true };
    expect(await reply(cors, preflight)).toEqual({
      status: 204,
      headers: {
        ...allowed,
        'access-control-allow-headers': 'content-type',
        'access-control-max-age': '60',
        'access-control-allow-private-network': 'true',
      },
    });
  });

  test('tells other origins nothing', async () => {
    const headers = { ...preflight.headers, origin: 'https://evil.test' };
    expect(await reply(shop, { ...preflight, headers })).toEqual({
      status: 204,
      headers: { vary: 'Origin' },
    });
  });
});

test.each([
  [{ origins: ['*'], credentials: true }, 'With credentials'],
  [{ origins: ['null'] }, 'Expected an origin'],
  [{ origins: ['https://shop.test/'] }, 'Expected an origin'],
  [{ origins: ['https://shop.*'] }, 'Expected an origin'],
  [{ origins: [] }, 'Too small'],
])('%j is refused', (cors, message) => {
  expect(() => corsOptions.parse(cors)).toThrow(message);
});
