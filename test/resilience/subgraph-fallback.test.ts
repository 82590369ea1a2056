import { describe, expect, test } from '@jest/globals';
import { federate } from '../harness/federation.ts';
import { twice } from '../subgraph/broken.ts';
import { type All, ask, inTurn, metricOf, profilesAt, status } from './profiles.ts';

describe('a fallback of null', () => {
  const settings: All = { retry: { max: 0 }, fallback: null };

  test('stands where the schema allows it, is no error, and is told of beside the data', async () => {
    await using server = await inTurn(status(500));
    await using federation = await profilesAt(server.url, settings);
    const { status: code, body } = await federation.send(twice);
    expect(code).toBe(200);
    expect(body).toEqual({
      data: { me: { name: 'Ada', bio: null }, motto: null },
      extensions: {
        gatehouse: {
          unavailable: [
            { code: 'SUBREQUEST_HTTP_ERROR', http: { status: 500 }, service: 'profiles' },
          ],
        },
      },
    });
    const [line] = await federation.logged('request');
    expect(line).toMatchObject({ tolerated: 1 });
    expect(await metricOf(federation, 'gatehouse_subgraph_fallbacks_total')).toBe('2');
  });

  test('is an error where the schema allows none', async () => {
    await using server = await inTurn(status(500));
    await using federation = await federate({
      subgraphs: { strict: { sdl: 'type Query { must: Int!  may: Int }', url: server.url } },
      config: { graphql: { subgraphs: { all: settings } } },
    });
    expect((await federation.send('{ must may }')).body).toMatchObject({
      data: null,
      errors: [{ path: ['must'], extensions: { code: 'SUBREQUEST_HTTP_ERROR' } }],
    });
    expect((await federation.send('{ may }')).body).toMatchObject({ data: { may: null } });
  });

  test('never hides that a mutation failed', async () => {
    await using server = await inTurn(status(500));
    await using federation = await federate({
      subgraphs: {
        orders: { sdl: 'type Query { a: Int }  type Mutation { order: Int }', url: server.url },
      },
      config: { graphql: { subgraphs: { all: settings } } },
    });
    expect((await federation.send('mutation { order }')).body).toMatchObject({
      data: { order: null },
      errors: [{ path: ['order'], extensions: { code: 'SUBREQUEST_HTTP_ERROR' } }],
    });
  });

  test('does not hide what the subgraph says itself', async () => {
    await using server = await inTurn((_request, response) => {
      response.end('{"data":{"motto":null},"errors":[{"message":"no","path":["motto"]}]}');
    });
    await using federation = await profilesAt(server.url, settings);
    expect((await federation.send(ask)).body).toMatchObject({ errors: [{ path: ['motto'] }] });
  });
});
