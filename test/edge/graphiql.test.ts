import { expect, test } from '@jest/globals';
import { graphiqlPage } from '../../src/edge/graphiql.ts';
import { browserTest, launchChromium, type Page } from '../harness/chromium.ts';
import { smallGateway } from './small-gateway.ts';

const samples = [
  { title: 'The first', query: 'query First {\n  hello\n}' },
  {
    title: 'With variables',
    query: 'query Second($name: String) {\n  hello(name: $name)\n}',
    variables: { name: 'you' },
  },
  { title: 'A </script> mutation', query: 'mutation Third {\n  count\n}' },
  { title: 'An error', query: 'query Fourth {\n  nothing\n}' },
];
const landingPage = () =>
  graphiqlPage({ endpoint: '/graphql', title: 'Gatehouse & <b>friends</b>', samples });
const browserOnly = await browserTest();

/** Opens the tab of an operation, runs it, and gives the reply once the page shows `shown`. */
async function runTab(page: Page, name: string, shown: RegExp): Promise<unknown> {
  // While the tabs slide in, they take a mouse for one that drags them.
  await page.getByRole('button', { name }).dispatchEvent('click');
  // The URL follows once GraphiQL has understood what the editor shows now.
  await page.waitForURL((url) => url.searchParams.get('query')?.includes(name) === true);
  const replied = page.waitForResponse((response) => {
    return response.request().postData()?.includes(name) === true;
  });
  await page.getByRole('button', { name: /execute query/i }).click();
  await page.locator('.result-window', { hasText: shown }).waitFor();
  return (await replied).json();
}

/** Collects what the page should not do: ask another host, or complain. */
function watch(page: Page, port: number): readonly string[] {
  const problems: string[] = [];
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url());
    if (protocol.startsWith('http') && host !== `127.0.0.1:${port}`) problems.push(request.url());
  });
  page.on('console', (line) => {
    if (line.type() === 'error') problems.push(line.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  return problems;
}

browserOnly('GraphiQL works in a browser, and asks nobody but the gateway', async () => {
  await using gateway = await smallGateway({ graphql: { landingPage } });
  await using browser = await launchChromium();
  const page = await browser.newPage();
  const problems = watch(page, gateway.port);

  await page.goto(gateway.url);
  expect(await page.title()).toBe('Gatehouse & <b>friends</b>');
  expect(await runTab(page, 'Second', /Hello,.you!/)).toEqual({ data: { hello: 'Hello, you!' } });
  expect(await runTab(page, 'First', /Hello,.world!/)).toEqual({
    data: { hello: 'Hello, world!' },
  });
  expect(await runTab(page, 'Third', /"count"/)).toEqual({ data: { count: 1 } });
  expect(problems).toEqual([]);
  expect(await runTab(page, 'Fourth', /Cannot.query.field/)).toMatchObject({
    errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
  });

  await page.reload();
  await page.locator('.graphiql-tab-active', { hasText: 'Fourth' }).waitFor();
});

test('no title of a sample can end the script of the page', async () => {
  const page = await landingPage();
  // Plain booleans: a failed match would print 9 MB.
  expect(page.includes('<title>Gatehouse &amp; &lt;b&gt;friends&lt;/b&gt;</title>')).toBe(true);
  expect(page.includes('# A \\u003c/script> mutation')).toBe(true);
  expect(page.includes('# A </script> mutation')).toBe(false);
});
