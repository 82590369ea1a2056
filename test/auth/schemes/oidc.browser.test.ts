import { expect } from '@jest/globals';
import { type Browser, browserTest, launchChromium, type Page } from '../../harness/chromium.ts';
import { freePort } from '../../harness/free-port.ts';
import { openShop } from './oidc-shop.ts';

const browserOnly = await browserTest();

/** What a page of playwright-core can do beside. */
interface ScriptedPage extends Page {
  evaluate<Value>(script: string): Promise<Value>;
  fill(selector: string, text: string): Promise<void>;
  url(): string;
}

async function openPage(browser: Browser): Promise<ScriptedPage> {
  return (await browser.newPage()) as ScriptedPage;
}

/** Asks for the motto from within the page, as its own scripts do. */
function motto(page: ScriptedPage): Promise<{ status: number; body: unknown }> {
  return page.evaluate(`fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ motto }' }),
  }).then(async (answer) => ({ status: answer.status, body: await answer.json() }))`);
}

browserOnly('in a browser: log in at the provider, ask as the user, log out', async () => {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  // Browsers hand out cookies without TLS only where they are not marked as secure.
  await using shop = await openShop({
    require: true,
    ports: [port],
    host: 'localhost',
    oidc: { cookie: { secure: false } },
  });
  await using browser = await launchChromium();
  const page = await openPage(browser);
  await page.goto(`${origin}/auth/own/session`);
  expect(new URL(page.url()).origin).toBe(shop.provider.url);
  await page.fill('input[name=login]', 'mira');
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL((url) => url.href === `${origin}/auth/own/session`);
  expect(await page.evaluate('document.cookie')).toBe('');
  expect(await page.evaluate('JSON.parse(document.body.innerText).subject')).toBe('mira');

  expect(await motto(page)).toEqual({ status: 200, body: { data: { motto: 'onwards' } } });
  expect(shop.gateway.callers[0]).toMatchObject({ subject: 'mira', roles: ['staff'] });

  const out = await page.evaluate<{ location: string }>(
    `fetch('/auth/own/logout', { method: 'POST' }).then((answer) => answer.json())`,
  );
  expect(await motto(page)).toMatchObject({
    status: 401,
    body: { errors: [{ extensions: { code: 'UNAUTHENTICATED', login: '/auth/own/login' } }] },
  });
  await page.goto(out.location);
  await page.getByRole('button', { name: 'Log out' }).click();
  await page.waitForURL((url) => url.href === `${origin}/`);
  await page.goto(`${origin}/auth/own/session`);
  expect(new URL(page.url()).origin).toBe(shop.provider.url);
});
