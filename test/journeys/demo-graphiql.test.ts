import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { browserTest, launchChromium, type Page } from '../harness/chromium.ts';
import { start } from '../harness/command.ts';

const browserOnly = await browserTest();
/** For people to look at; each run writes them anew. */
const screenshots = join(tmpdir(), 'gatehouse-screenshots');

interface Reply {
  readonly data: unknown;
  readonly errors?: readonly unknown[];
  readonly extensions?: unknown;
}

/** Runs the operation that is open, and gives the reply once the page shows `shown`. */
async function run(page: Page, name: string, shown: RegExp): Promise<Reply> {
  const replied = page.waitForResponse((response) => {
    return response.request().postData()?.includes(name) === true;
  });
  await page.getByRole('button', { name: /execute query/i }).click();
  await page.locator('.result-window', { hasText: shown }).waitFor();
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
  return (await (await replied).json()) as Reply;
}

async function open(page: Page, name: string): Promise<void> {
  // While the tabs slide in, they take a mouse for one that drags them.
  await page.getByRole('button', { name }).dispatchEvent('click');
  // The URL follows once GraphiQL has understood what the editor shows now.
  await page.waitForURL((url) => url.searchParams.get('query')?.includes(name) === true);
}

/** Collects what the page should not do: ask another host, or complain. */
function watch(page: Page, origin: string): readonly string[] {
  const problems: string[] = [];
  page.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== origin) problems.push(request.url());
  });
  page.on('console', (line) => {
    if (line.type() === 'error' || line.type() === 'warning') problems.push(line.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  return problems;
}

browserOnly('a first visit to the demo: a query, a mutation, an error and a plan', async () => {
  await mkdir(screenshots, { recursive: true });
  await using dev = start(process.execPath, ['src/cli/main.ts', 'dev', '--port', '0']);
  const url = await dev.printed(/http:\/\/localhost:\d+\/graphql/);
  await using browser = await launchChromium();
  const page = await browser.newPage();
  const problems = watch(page, new URL(url).origin);

  await page.goto(url);
  expect(await page.title()).toBe('Gatehouse');
  await page.locator('.graphiql-tab-active', { hasText: 'ShopWindow' }).waitFor();
  const query = await run(page, 'ShopWindow', /"The.Quiet.Sea"[\s\S]*"Mira.Lang"/);
  expect(query).toMatchObject({ data: { products: { nodes: [{}, {}, {}] } } });
  expect(query.errors).toBeUndefined();

  await open(page, 'Buy');
  expect(await run(page, 'Buy', /"o-6"[\s\S]*"PLACED"/)).toMatchObject({
    data: { placeOrder: { id: 'o-6', account: { name: 'Jules Petit', tier: 'GOLD' } } },
  });

  await open(page, 'WithAnError');
  expect(await run(page, 'WithAnError', /"RECOMMENDATIONS_UNAVAILABLE"/)).toMatchObject({
    data: { ready: { name: 'The Quiet Sea' }, notReady: { recommendations: null } },
    errors: [{ path: ['notReady', 'recommendations'] }],
  });

  await open(page, 'WithItsPlan');
  expect(await run(page, 'WithItsPlan', /"extensions"/)).toMatchObject({
    data: { account: { name: 'Mira Lang' } },
    extensions: { apolloQueryPlan: { object: { kind: 'QueryPlan' } } },
  });
  expect(problems).toEqual([]);
});
