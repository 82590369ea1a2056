import { expect, test } from '@jest/globals';
import { loggedIn, openShop } from './oidc-shop.ts';
import { type Sent, Visitor } from './oidc-visitor.ts';

const page = 'https://app.shop.test';
const cors = { origins: [page, 'https://*.shop.test:8443'], credentials: true };
const fromPage = { origin: page, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' };
const evil = { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' };
const allowed = {
  'access-control-allow-credentials': 'true',
  'access-control-allow-origin': page,
  vary: 'Origin',
};

/** The status, and the headers that browsers go by; `OPTIONS` is asked for as browsers do. */
async function told(visitor: Visitor, url: string, sent: Sent) {
  const { status, headers } = await visitor.send(url, sent);
  const all = [...headers].filter(([name]) => /^(access-control-|vary$)/.test(name));
  return { status, headers: Object.fromEntries(all) };
}

function preflight(method: string, headers = {}): Sent {
  const asked = { 'access-control-request-method': method, ...headers };
  return { method: 'OPTIONS', headers: { origin: page, ...asked } };
}

test('pages of origins that are trusted are told of their session, and end it', async () => {
  await using shop = await openShop({ config: { graphql: { cors } } });
  const visitor = await loggedIn(shop.origin);
  const at = (name: string) => `${shop.origin}/auth/own/${name}`;
  const nobody = new Visitor();
  expect(await told(nobody, at('session'), { headers: fromPage })).toEqual({
    status: 401,
    headers: allowed,
  });
  expect(await told(visitor, at('session'), { headers: fromPage })).toEqual({
    status: 200,
    headers: allowed,
  });
  for (const headers of [evil, { ...fromPage, origin: 'null' }]) {
    const other = await told(visitor, at('session'), { headers });
    expect(other.headers).toEqual({ vary: 'Origin' });
    const refused = { status: 400, headers: { vary: 'Origin' } };
    expect(await told(visitor, at('logout'), { method: 'POST', headers })).toEqual(refused);
  }
  const out = { method: 'POST', headers: fromPage } as const;
  expect(await told(visitor, at('logout'), out)).toEqual({ status: 200, headers: allowed });
  expect(await told(visitor, at('session'), { headers: fromPage })).toMatchObject({ status: 401 });
});

test('a preflight is answered before anybody is asked who they are', async () => {
  await using shop = await openShop({ config: { graphql: { cors } }, require: true });
  const visitor = new Visitor();
  for (const [name, method] of [
    ['session', 'GET'],
    ['logout', 'POST'],
  ] as const) {
    const url = `${shop.origin}/auth/own/${name}`;
    const headers = { 'access-control-request-headers': 'x-csrf-token' };
    expect(await told(visitor, url, preflight(method, headers))).toEqual({
      status: 204,
      headers: {
        ...allowed,
        'access-control-allow-headers': 'x-csrf-token',
        'access-control-allow-methods': method,
        'access-control-max-age': '600',
        vary: 'Origin, Access-Control-Request-Headers',
      },
    });
    expect(await told(visitor, url, preflight(method, evil))).toEqual({
      status: 204,
      headers: { vary: 'Origin' },
    });
  }
  for (const name of ['login', 'callback', 'backchannel-logout']) {
    const url = `${shop.origin}/auth/own/${name}`;
    expect(await told(visitor, url, preflight('GET'))).toEqual({ status: 405, headers: {} });
    const { headers } = await told(visitor, url, { headers: fromPage });
    expect(headers).toEqual({});
  }
});

test.each([
  ['no origin is listed', undefined],
  ['origins are listed without credentials', { origins: [page] }],
  ['every origin is', { origins: ['*'] }],
])('no other page is told anything where %s', async (_where, open) => {
  await using shop = await openShop(open && { config: { graphql: { cors: open } } });
  const visitor = await loggedIn(shop.origin);
  const at = (name: string) => `${shop.origin}/auth/own/${name}`;
  expect(await told(visitor, at('session'), { headers: fromPage })).toEqual({
    status: 200,
    headers: {},
  });
  const out = { method: 'POST', headers: fromPage } as const;
  expect(await told(visitor, at('logout'), out)).toEqual({ status: 400, headers: {} });
  expect(await told(visitor, at('logout'), preflight('POST'))).toEqual({
    status: 405,
    headers: {},
  });
});
