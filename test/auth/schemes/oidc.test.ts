import { expect, test } from '@jest/globals';
import { gatewayClient } from '../../harness/openid-provider.ts';
import { askAs, countedOf, loggedIn, openShop, sessionCookie, sessionOf } from './oidc-shop.ts';
import { Visitor } from './oidc-visitor.ts';

const answered = '{"data":{"motto":"onwards"}}';

test('who logs in at the provider has a session, and is who calls', async () => {
  await using shop = await openShop({ oidc: { session: { claims: ['name', 'email'] } } });
  const { origin, gateway, provider } = shop;
  const visitor = new Visitor();
  const landed = await visitor.logIn(`${origin}/auth/own/login?returnTo=/auth/own/session?a=1`);
  expect([landed.status, landed.url]).toEqual([200, `${origin}/auth/own/session?a=1`]);
  expect(JSON.parse(landed.text)).toEqual({
    subject: 'mira',
    claims: { name: 'mira of the shop' },
    endsAt: expect.any(String),
    csrfToken: expect.stringMatching(/^[\w-]{43}$/),
  });
  expect([...visitor.jar(origin).keys()]).toEqual([sessionCookie]);

  const reply = await askAs(visitor, origin);
  expect([reply.status, reply.text]).toEqual([200, answered]);
  expect(gateway.callers).toEqual([
    expect.objectContaining({
      scheme: 'own',
      subject: 'mira',
      issuer: provider.url,
      scopes: ['openid'],
      roles: ['staff'],
      expiresAtMs: expect.any(Number),
    }),
  ]);
  expect(await countedOf(gateway, 'gatehouse_logins_total')).toEqual({ ok: 1 });
});

test('the cookie of a session goes to no subgraph, whatever the rules let through', async () => {
  const headers = { request: [{ propagate: { named: 'cookie' } }] };
  const config = { graphql: { subgraphs: { all: { headers } } } };
  await using shop = await openShop({ config });
  const { origin, gateway } = shop;
  const visitor = await loggedIn(origin);
  const own = `${sessionCookie}=${visitor.jar(origin).get(sessionCookie)}`;
  const site = { 'sec-fetch-site': 'same-origin' };
  await askAs(visitor, origin, { ...site, cookie: `a=1; ${own}; b=2` });
  await askAs(visitor, origin, { ...site, cookie: own });
  const sent = gateway.subgraphs['motto']?.requests.map((request) => request.headers.cookie);
  expect(sent).toEqual(['a=1; b=2', undefined]);
});

test('claims also come from the userinfo endpoint, where that is wanted', async () => {
  await using shop = await openShop({ oidc: { userinfo: true } });
  const { origin, gateway, provider } = shop;
  await askAs(await loggedIn(origin), origin);
  expect(provider.asked).toContain('/me');
  expect(gateway.callers[0]?.claims).toMatchObject({ sub: 'mira', name: 'mira of the shop' });
});

test('the cookie is for this host, for no script, and for no other site', async () => {
  await using shop = await openShop();
  const visitor = new Visitor();
  const begun = await visitor.send(`${shop.origin}/auth/own/login`);
  expect(begun.headers.getSetCookie()).toEqual([
    expect.stringMatching(
      /^__Host-gatehouse-own-login-[0-9a-f]{16}=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=600$/,
    ),
  ]);
  const back = await visitor.logIn(begun.headers.get('location') ?? '', 'mira', /callback\?/);
  const landed = await visitor.send(back.url);
  expect([landed.status, landed.headers.get('location')]).toEqual([303, '/']);
  expect(landed.headers.getSetCookie()).toEqual([
    expect.stringMatching(
      /-login-[0-9a-f]{16}=; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=0$/,
    ),
    expect.stringMatching(
      /^__Host-gatehouse-own=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure$/,
    ),
  ]);
  expect(landed.headers.get('cache-control')).toBe('no-store');
});

test('without a session, callers are anonymous, or are told where to log in', async () => {
  await using open = await openShop();
  expect((await askAs(new Visitor(), open.origin)).text).toBe(answered);
  await using shop = await openShop({ require: true });
  const { origin } = shop;
  const refused = await askAs(new Visitor(), origin);
  expect([refused.status, JSON.parse(refused.text)]).toEqual([
    401,
    {
      errors: [
        {
          message: 'Authentication is required',
          extensions: { login: '/auth/own/login', code: 'UNAUTHENTICATED' },
        },
      ],
    },
  ]);
  const challenge = 'Session realm="gatehouse", login="/auth/own/login"';
  expect(refused.headers.get('www-authenticate')).toBe(challenge);
  expect(refused.headers.get('location')).toBeNull();

  const page = await new Visitor().send(`${origin}/auth/own/session`);
  expect([page.status, page.headers.get('www-authenticate')]).toEqual([401, challenge]);
  expect(JSON.parse(page.text)).toEqual({
    errors: [
      {
        message: 'Nobody is logged in',
        extensions: { login: '/auth/own/login', code: 'UNAUTHENTICATED' },
      },
    ],
  });
});

test.each([
  ['/auth/own/session', { accept: 'text/html,*/*;q=0.8' }],
  ['/graphql?query={motto}', { accept: '*/*', 'sec-fetch-mode': 'navigate' }],
])(
  'a browser that goes to %s without a session is sent to log in, and back',
  async (path, headers) => {
    await using shop = await openShop({ require: true, config: { graphql: { graphiql: false } } });
    const { origin } = shop;
    const visitor = new Visitor();
    const sent = await visitor.send(`${origin}${path}`, { headers });
    const login = `/auth/own/login?returnTo=${encodeURIComponent(new URL(`${origin}${path}`).href.slice(origin.length))}`;
    expect([sent.status, sent.headers.get('location')]).toEqual([303, login]);
    const landed = await visitor.logIn(`${origin}${login}`);
    expect([landed.status, landed.url]).toEqual([200, new URL(`${origin}${path}`).href]);
  },
);

test('what is too long to return to does not keep anybody from logging in', async () => {
  await using shop = await openShop();
  const path = `/auth/own/session?a=${'x'.repeat(3_000)}`;
  const headers = { 'sec-fetch-mode': 'navigate' };
  const sent = await new Visitor().send(`${shop.origin}${path}`, { headers });
  expect([sent.status, sent.headers.get('location')]).toEqual([303, '/auth/own/login']);
});

test('a logout ends the session here and at the provider, and the browser comes back', async () => {
  await using shop = await openShop();
  const { origin, gateway } = shop;
  const visitor = await loggedIn(origin);
  const headers = { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'navigate' };
  const [cookie = ''] = [visitor.jar(origin).get(sessionCookie)];
  const sent = await visitor.send(`${origin}/auth/own/logout`, { method: 'POST', headers });
  expect(sent.status).toBe(303);
  expect(visitor.jar(origin).size).toBe(0);
  const url = new URL(sent.headers.get('location') ?? '');
  expect(Object.fromEntries(url.searchParams)).toEqual({
    id_token_hint: expect.stringMatching(/^ey/),
    client_id: 'gateway',
    post_logout_redirect_uri: `${origin}/`,
  });
  visitor.jar(origin).set(sessionCookie, cookie);
  expect((await askAs(visitor, origin)).status).toBe(401);
  expect(await countedOf(gateway, 'gatehouse_sessions_ended_total')).toEqual({ logout: 1 });

  const page = await visitor.send(url.href);
  const [, action = '', xsrf = ''] =
    /action="([^"]+)"[\s\S]*name="xsrf" value="([^"]+)"/.exec(page.text) ?? [];
  const form = new URLSearchParams({ xsrf, logout: 'yes' });
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const out = await visitor.send(action, { method: 'POST', headers: type, body: `${form}` });
  expect(out.headers.get('location')).toBe(`${origin}/`);
});

test('a page that logs out is told where to go on, and needs no session for it', async () => {
  await using shop = await openShop({ oidc: { logout: { returnTo: 'https://shop.test/bye' } } });
  const { origin } = shop;
  const logout = { method: 'POST', headers: { 'sec-fetch-site': 'same-origin' } } as const;
  const nobody = await new Visitor().send(`${origin}/auth/own/logout`, logout);
  expect([nobody.status, nobody.text]).toEqual([200, '{"location":"https://shop.test/bye"}']);
  const visitor = await loggedIn(origin);
  const page = await visitor.send(`${origin}/auth/own/logout`, logout);
  expect(page.status).toBe(200);
  expect(JSON.parse(page.text)['location']).toMatch(/\/session\/end\?id_token_hint=ey/);
  expect((await sessionOf(visitor, origin)).status).toBe(401);
});

test('endpoints say by which method they are served', async () => {
  await using shop = await openShop();
  for (const [name, method, allow] of [
    ['login', 'POST', 'GET'],
    ['callback', 'POST', 'GET'],
    ['session', 'POST', 'GET'],
    ['logout', 'GET', 'POST'],
    ['backchannel-logout', 'GET', 'POST'],
  ] as const) {
    const { status, headers } = await new Visitor().send(`${shop.origin}/auth/own/${name}`, {
      method,
    });
    expect([name, status, headers.get('allow')]).toEqual([name, 405, allow]);
  }
});

test('nothing secret is in the log', async () => {
  const log = { level: 'debug', subject: true } as const;
  await using shop = await openShop({ config: { observability: { log } } });
  const { origin, gateway, provider } = shop;
  const visitor = new Visitor();
  const back = await visitor.logIn(`${origin}/auth/own/login`, 'mira', /callback\?/);
  const [[, pending = ''] = []] = [...visitor.jar(origin)];
  await visitor.send(back.url);
  await visitor.send(back.url);
  await askAs(visitor, origin);
  provider.revokeAll();
  const out = await visitor.send(`${origin}/auth/own/logout`, {
    method: 'POST',
    headers: { 'sec-fetch-site': 'same-origin' },
  });
  const { searchParams } = new URL(JSON.parse(out.text).location);
  const text = JSON.stringify(gateway.log);
  const code = new URL(back.url).searchParams.get('code') ?? '';
  const idToken = searchParams.get('id_token_hint') ?? '';
  const secrets = [code, idToken, pending, gatewayClient.clientSecret];
  for (const secret of secrets) {
    expect(secret.length).toBeGreaterThan(10);
    expect(text).not.toContain(secret);
  }
  expect(gateway.log.find(({ msg, subject }) => msg === 'request' && subject)).toMatchObject({
    scheme: 'own',
    subject: 'mira',
  });
});
