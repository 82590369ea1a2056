import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.ts';
import { createGateway, type Gateway } from '../../src/gateway.ts';
import { compose } from '../../src/supergraph/compose.ts';
import { send } from '../harness/federation.ts';
import { LogLines } from '../harness/log-lines.ts';
import { linked } from '../harness/subgraph.ts';
import { temporaryFolder } from '../supergraph/folder.ts';

const sdl = 'type Query { one: Int }';

/** What a gateway shows of its insides, under what stands in its configuration. */
async function shown(graphql: object, env: Readonly<Record<string, string>>) {
  await using folder = await temporaryFolder();
  const composed = compose([{ name: 'a', sdl: linked(sdl), url: 'http://127.0.0.1:9' }]);
  if ('problems' in composed) throw new Error(JSON.stringify(composed.problems));
  await folder.write('supergraph.graphql', composed.supergraphSdl);
  const file = await folder.write(
    'gatehouse.yaml',
    JSON.stringify({
      server: { listen: [{ host: '127.0.0.1', port: 0 }], admin: { port: 0 } },
      graphql: { ...graphql, supergraph: { file: 'supergraph.graphql' } },
    }),
  );
  const { config } = await loadConfig({ file, env });
  await using gateway = await createGateway({ config, logTo: new LogLines() });
  return {
    introspection: await showsIntrospection(gateway),
    suggestions: await showsSuggestions(gateway),
    graphiql: await showsGraphiql(gateway),
    plan: await showsPlan(gateway),
  };
}

async function showsIntrospection({ url }: Gateway): Promise<boolean> {
  const { body } = await send(url, { query: '{ __schema { queryType { name } } }' });
  return 'data' in (body as object);
}

async function showsSuggestions({ url }: Gateway): Promise<boolean> {
  const { body } = await send(url, { query: '{ on }' });
  return JSON.stringify(body).includes('Did you mean');
}

async function showsGraphiql({ url }: Gateway): Promise<boolean> {
  const page = await fetch(url, { headers: { accept: 'text/html' } });
  await page.body?.cancel();
  return page.headers.get('content-type')?.startsWith('text/html') === true;
}

async function showsPlan({ url }: Gateway): Promise<boolean> {
  const headers = { 'apollo-expose-query-plan': 'dry-run' };
  const { body } = await send(url, { query: '{ one }' }, headers);
  return JSON.stringify(body).includes('apolloQueryPlan');
}

const nodeEnv = { NODE_ENV: 'production' };

describe('A gateway', () => {
  test.each([
    ['in production is closed', {}, nodeEnv, []],
    [
      'that is being developed is open, but for its plans',
      {},
      {},
      ['introspection', 'suggestions', 'graphiql'],
    ],
    [
      'in production shows what it is told to',
      { graphiql: true, exposePlan: true },
      nodeEnv,
      ['graphiql', 'plan'],
    ],
    ['in production may be introspected', { introspection: true }, nodeEnv, ['introspection']],
    ['in production may suggest names', { suggestions: true }, nodeEnv, ['suggestions']],
  ])('%s', async (_, graphql, env, open) => {
    const seen = Object.entries(await shown(graphql, env));
    expect(seen.filter(([, isShown]) => isShown).map(([name]) => name)).toEqual(open);
  });
});
