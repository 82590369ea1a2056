import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { rawClient } from './raw-client.ts';
import { smallGateway } from './small-gateway.ts';

const html = `<!doctype html><title>ü</title>${'<p>again</p>'.repeat(100)}`;
const browser = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
const answer = '{"data":{"hello":"Hello, world!"}}';

/** A gateway whose page counts how often it is made. */
async function pageGateway() {
  const made = { times: 0 };
  const landingPage = async () => {
    made.times += 1;
    return html;
  };
  return Object.assign(await smallGateway({ graphql: { landingPage } }), { made });
}

test('a browser gets the page, made once', async () => {
  await using gateway = await pageGateway();
  for (const search of ['', '?query={hello}', '']) {
    const response = await fetch(gateway.url + search, { headers: { accept: browser } });
    expect(response.status).toBe(200);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      vary: 'Accept, Accept-Encoding',
      'x-content-type-options': 'nosniff',
    });
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'; ");
    expect(await response.text()).toBe(html);
  }
  expect(gateway.made.times).toBe(1);
});

test.each([
  ['no preference', undefined],
  ['anything', '*/*'],
  ['JSON before HTML', 'text/html;q=0.5, application/json'],
  ['the media type of GraphQL', 'application/graphql-response+json'],
])('a client that wants %s gets its operation run', async (_name, accept) => {
  await using gateway = await pageGateway();
  const headers = accept === undefined ? {} : { accept };
  const response = await fetch(`${gateway.url}?query={hello}`, { headers });
  expect(await response.text()).toBe(answer);
  expect(gateway.made.times).toBe(0);
});

test('a POST is never a visit', async () => {
  await using gateway = await pageGateway();
  const response = await fetch(gateway.url, {
    method: 'POST',
    headers: { accept: browser, 'content-type': 'application/json' },
    body: '{"query":"{ hello }"}',
  });
  expect(await response.text()).toBe(answer);
});

test('a visit from another site opens the page and runs nothing', async () => {
  await using gateway = await pageGateway();
  await using client = await rawClient(gateway.port);
  const fetched = 'Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate';
  client.send(
    `GET /graphql?query={hello} HTTP/1.1\r\nHost: a\r\nAccept: ${browser}\r\n${fetched}\r\n\r\n`,
  );
  expect(await client.answer()).toMatchObject({ status: 200, body: html });
});

test.each([
  ['br', 'br', brotliDecompressSync],
  ['gzip, deflate, br', 'br', brotliDecompressSync],
  ['gzip', 'gzip', gunzipSync],
  ['br;q=0, *', 'gzip', gunzipSync],
  ['deflate', null, (bytes: Buffer) => bytes],
])('the page is compressed as Accept-Encoding: %s allows', async (accepted, encoding, decode) => {
  await using gateway = await pageGateway();
  await using client = await rawClient(gateway.port);
  client.socket.setEncoding('latin1');
  client.send(
    `GET /graphql HTTP/1.1\r\nHost: a\r\nAccept: text/html\r\nAccept-Encoding: ${accepted}\r\nConnection: close\r\n\r\n`,
  );
  const received = await client.rest();
  const [head = '', body = ''] = received.split(/\r\n\r\n([\s\S]*)/);
  expect(/content-encoding: (\S+)/.exec(head)?.[1] ?? null).toBe(encoding);
  expect(decode(Buffer.from(body, 'latin1')).toString()).toBe(html);
});

test('a page that the browser still has is not sent again', async () => {
  await using gateway = await pageGateway();
  const headers = { accept: browser };
  const etag = (await fetch(gateway.url, { headers })).headers.get('etag') ?? '';
  const again = await fetch(gateway.url, { headers: { ...headers, 'if-none-match': etag } });
  expect([again.status, await again.text()]).toEqual([304, '']);
});

test('a page that cannot be made is a 500, and is tried again', async () => {
  let broken = true;
  await using gateway = await smallGateway({
    graphql: {
      landingPage: () => {
        if (broken) throw new Error('secret');
        return html;
      },
    },
  });
  const headers = { accept: browser };
  const response = await fetch(gateway.url, { headers });
  expect(response.status).toBe(500);
  expect(await response.json()).toEqual({
    errors: [{ message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
  });
  broken = false;
  expect(await (await fetch(gateway.url, { headers })).text()).toBe(html);
});
