import { expect, test } from '@jest/globals';
import { rawClient } from './raw-client.ts';
import { smallGateway } from './small-gateway.ts';

const refusal = JSON.stringify({
  errors: [
    {
      message:
        'A GET request from another site needs one of the headers x-apollo-operation-name, apollo-require-preflight, graphql-require-preflight',
      extensions: { code: 'CSRF_PREVENTION_FAILED' },
    },
  ],
});

/** The gateway's answer to a GET for `{ hello }` at the host `shop.example`. */
async function get(lines: readonly string[], options = {}) {
  await using gateway = await smallGateway({ options });
  await using client = await rawClient(gateway.port);
  const head = ['GET /graphql?query={hello} HTTP/1.1', 'Host: shop.example', ...lines];
  client.send(`${head.join('\r\n')}\r\n\r\n`);
  const { status, body } = await client.answer();
  return { status, body };
}

test.each([
  ['an image of another site', ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: no-cors']],
  ['a link on another site', ['Sec-Fetch-Site: cross-site', 'Sec-Fetch-Mode: navigate']],
  ['a page of a sister domain', ['Sec-Fetch-Site: same-site']],
  ['a site of a kind not known', ['Sec-Fetch-Site: elsewhere']],
  ['a foreign origin', ['Origin: https://evil.example']],
  ['an origin of another port', ['Origin: http://shop.example:81']],
  ['an opaque origin', ['Origin: null']],
  ['an origin that is none', ['Origin: shop.example']],
  ['an empty preflight header', ['Sec-Fetch-Site: cross-site', 'Apollo-Require-Preflight:']],
  [
    'a simple content type',
    ['Sec-Fetch-Site: cross-site', 'Content-Type: text/plain; a=application/json'],
  ],
])('a GET is refused that comes from %s', async (_name, lines) => {
  expect(await get(lines)).toEqual({ status: 400, body: refusal });
});

const cross = 'Sec-Fetch-Site: cross-site';

test.each([
  ['no browser', []],
  ['the same origin', ['Sec-Fetch-Site: same-origin', 'Origin: http://shop.example']],
  ['the same origin, without more', ['Origin: http://SHOP.example']],
  [
    'the same origin before a proxy that renames the host',
    ['Sec-Fetch-Site: same-origin', 'Origin: https://outside.example'],
  ],
  ['the address bar', ['Sec-Fetch-Site: none']],
  ['another site that may, by x-apollo-operation-name', [cross, 'X-Apollo-Operation-Name: A']],
  ['another site that may, by apollo-require-preflight', [cross, 'Apollo-Require-Preflight: 1']],
  ['another site that may, by graphql-require-preflight', [cross, 'GraphQL-Require-Preflight: 1']],
  [
    'another site that may, by its content type',
    [cross, 'Content-Type: application/json; charset=utf-8'],
  ],
])('a GET runs that comes from %s', async (_name, lines) => {
  expect(await get(lines)).toEqual({ status: 200, body: '{"data":{"hello":"Hello, world!"}}' });
});

test('a GET from another site runs where the prevention is switched off', async () => {
  expect(await get([cross], { csrf: false })).toMatchObject({ status: 200 });
});
