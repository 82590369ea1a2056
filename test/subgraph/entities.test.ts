import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { type Federation, federate } from '../harness/federation.ts';
import { listen } from '../harness/listen.ts';
import {
  asksForEntities,
  changed,
  healthy,
  seen,
  twice,
  withProfiles,
  withProfilesAt,
} from './broken.ts';

/** What a client gets when `profiles` answers the request for entities so, and all else well. */
async function entitiesAnsweredWith(body: object): Promise<object> {
  await using federation = await withProfiles(
    changed((answer, _request, response) => {
      response.end(answer === healthy.entities ? JSON.stringify(body) : answer);
    }),
  );
  return seen(await federation.send(twice));
}

function withoutBio(message: string, code: string): object {
  const extensions = { code, service: 'profiles' };
  return {
    status: 200,
    body: {
      data: { me: { name: 'Ada', bio: null }, motto: 'onwards' },
      errors: [{ message, path: ['me', 'bio'], extensions }],
    },
  };
}

describe('entities that are not those asked for', () => {
  const mismatched: Readonly<Record<string, unknown>> = {
    'are too few': [],
    'are too many': [{ bio: 'a' }, { bio: 'b' }],
    'are texts': ['secret'],
    'are lists': [[{ bio: 'a' }]],
  };
  test.each(Object.entries(mismatched))('%s', async (_title, entities) => {
    expect(await entitiesAnsweredWith({ data: { _entities: entities } })).toEqual(
      withoutBio(
        'profiles answered with entities that do not match those asked for',
        'SUBREQUEST_MALFORMED_RESPONSE',
      ),
    );
  });

  const absent: Readonly<Record<string, unknown>> = {
    'are one object': { _entities: { bio: 'secret' } },
    'are missing': { entities: [{ bio: 'secret' }] },
    'are null': { _entities: null },
    'are a text': { _entities: 'secret' },
  };
  test.each(Object.entries(absent))('%s', async (_title, data) => {
    expect(await entitiesAnsweredWith({ data })).toEqual(
      withoutBio(
        'profiles answered without the entities asked for',
        'SUBREQUEST_MALFORMED_RESPONSE',
      ),
    );
  });
});

describe('an entity', () => {
  test('that is of another type has none of the fields asked for', async () => {
    const extensions = { code: 'SUBREQUEST_MALFORMED_RESPONSE' };
    expect(await entitiesAnsweredWith({ data: { _entities: [{}] } })).toEqual({
      status: 200,
      body: {
        data: { me: { name: 'Ada', bio: null }, motto: 'onwards' },
        errors: [{ message: 'No value came for User.bio', path: ['me', 'bio'], extensions }],
      },
    });
  });

  test('that is null without an error is null', async () => {
    expect(await entitiesAnsweredWith({ data: { _entities: [null] } })).toEqual({
      status: 200,
      body: { data: { me: { name: 'Ada', bio: null }, motto: 'onwards' } },
    });
  });

  test.each<[string, { readonly data: unknown; readonly path: unknown }]>([
    ['below', { data: { _entities: [{ bio: null }] }, path: ['_entities', 0, 'bio'] }],
    ['of', { data: { _entities: [null] }, path: ['_entities', 0] }],
    ['beside', { data: null, path: undefined }],
    ['at the list of', { data: { _entities: null }, path: ['_entities'] }],
  ])('gives an error %s it the path of the client', async (_title, { data, path }) => {
    const errors = [{ message: 'secret', path, extensions: { code: 'GONE' } }];
    expect(await entitiesAnsweredWith({ data, errors })).toEqual(
      withoutBio('Subgraph error', 'GONE'),
    );
  });
});

describe('an entity that stands in several places', () => {
  const sdl = {
    posts: `
      type Query { posts: [Post!]! }
      type Post { title: String! author: User }
      type User @key(fields: "id") { id: ID! }
    `,
    profiles: 'type User @key(fields: "id") { id: ID! bio: String age: Int! }',
  };
  const posts = ['1', '2', '1'].map((id) => ({ title: `by ${id}`, author: { id } }));
  const question = '{ posts { author { bio } } }';

  function withPosts(url: string): Promise<Federation> {
    return federate({
      subgraphs: {
        posts: { sdl: sdl.posts, resolvers: { Query: { posts: () => posts } } },
        profiles: { sdl: sdl.profiles, url },
      },
    });
  }

  test('has its error in each of them, and is asked for once', async () => {
    const asked: unknown[] = [];
    await using server = await listen(async (request, response) => {
      asked.push(JSON.parse(await text(request)).variables);
      const errors = [{ message: 'secret', path: ['_entities', 0, 'bio'] }];
      response.end(JSON.stringify({ data: { _entities: [{ bio: null }, { bio: 'b' }] }, errors }));
    });
    await using federation = await withPosts(server.url);
    const extensions = { code: 'DOWNSTREAM_SERVICE_ERROR', service: 'profiles' };
    const error = (index: number) => ({
      message: 'Subgraph error',
      path: ['posts', index, 'author', 'bio'],
      extensions,
    });
    expect(seen(await federation.send(question))).toEqual({
      status: 200,
      body: {
        data: {
          posts: [{ author: { bio: null } }, { author: { bio: 'b' } }, { author: { bio: null } }],
        },
        errors: [error(0), error(2)],
      },
    });
    const [one, two] = ['1', '2'].map((id) => ({ __typename: 'User', id }));
    expect(asked).toEqual([{ representations: [one, two] }]);
  });

  test('is lost in each of them when its subgraph fails, and nulls stop where they may', async () => {
    await using server = await listen((_request, response) => void response.writeHead(503).end());
    await using federation = await withPosts(server.url);
    const extensions = {
      code: 'SUBREQUEST_HTTP_ERROR',
      service: 'profiles',
      http: { status: 503 },
    };
    const message = 'profiles answered with HTTP status 503';
    expect(seen(await federation.send('{ posts { title author { age } } }'))).toEqual({
      status: 200,
      body: {
        data: { posts: posts.map(({ title }) => ({ title, author: null })) },
        errors: [0, 1, 2].map((index) => ({
          message,
          path: ['posts', index, 'author', 'age'],
          extensions,
        })),
      },
    });
  });
});

test('the request for entities is one for entities', async () => {
  const bodies: string[] = [];
  await using server = await listen(async (request, response) => {
    const body = await text(request);
    bodies.push(body);
    response.end(asksForEntities(body) ? healthy.entities : healthy.root);
  });
  await using federation = await withProfilesAt(server.url);
  await federation.send('query Mine { me { bio } }');
  expect(bodies.map((body) => JSON.parse(body))).toEqual([
    {
      query:
        'query Mine__profiles__1($representations:[_Any!]!){_entities(representations:$representations){...on User{bio}}}',
      operationName: 'Mine__profiles__1',
      variables: { representations: [{ __typename: 'User', id: '1' }] },
    },
  ]);
});
