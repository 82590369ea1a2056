import { describe, expect, test } from '@jest/globals';
import type { GatewayInput } from '../../src/index.ts';
import { authorized } from './authorized.ts';

const sdl = `type Query { open: Int  closed: Int @authenticated  list: [Item] }
  type Item { id: ID  secret: Int @requiresScopes(scopes: [["s"]]) }`;
const subgraphs = {
  one: { sdl, resolvers: { Query: { open: () => 1, closed: () => 2, list: () => [{ id: 'i' }] } } },
};
const query = '{ open closed list { id secret } }';

type AuthorizationInput = NonNullable<NonNullable<GatewayInput['graphql']>['authorization']>;

function start(authorization: AuthorizationInput) {
  return authorized({ subgraphs, graphql: { authorization } });
}

const errors = [['closed'], ['list', '@', 'secret']].map((path) => ({
  message: 'Unauthorized field or type',
  path,
  extensions: { code: 'UNAUTHORIZED_FIELD_OR_TYPE' },
}));
const left = { open: 1, closed: null, list: [{ id: 'i', secret: null }] };

test('reject executes nothing and says the same', async () => {
  await using federation = await start({ mode: 'reject' });
  expect((await federation.ask(query)).body).toEqual({ data: null, errors });
  expect(federation.takeAsked()).toBe('');
  expect((await federation.ask('{ open list { id } }')).data).toEqual({
    open: 1,
    list: [{ id: 'i' }],
  });
});

test('a dry run removes nothing, and logs what it would', async () => {
  await using federation = await start({ dryRun: true, mode: 'reject', errors: { log: false } });
  const { body } = await federation.ask(query);
  expect(body).toEqual({ data: { open: 1, closed: 2, list: [{ id: 'i', secret: null }] } });
  const [line] = await federation.logged(
    'Fields would be left out, which their caller may not see',
  );
  expect(line).toMatchObject({ unauthorized: { count: 2, paths: ['closed', 'list.@.secret'] } });
});

describe('what was left out is told', () => {
  test('in the extensions', async () => {
    await using federation = await start({ errors: { response: 'extensions' } });
    const { body } = await federation.ask(query);
    expect(body).toEqual({ data: left, extensions: { authorizationErrors: errors } });
  });

  test('nowhere', async () => {
    await using federation = await start({ errors: { response: 'disabled', log: false } });
    expect((await federation.ask(query)).body).toEqual({ data: left });
    const all = federation.log.filter(({ msg }) => `${msg}`.includes('left out'));
    expect(all).toEqual([]);
  });

  test('in the log', async () => {
    await using federation = await start({});
    expect((await federation.ask(query)).body).toEqual({ data: left, errors });
    const [line] = await federation.logged('Fields were left out, which their caller may not see');
    expect(line).toMatchObject({ unauthorized: { count: 2, paths: ['closed', 'list.@.secret'] } });
  });
});

test('as many are told as errors are at most', async () => {
  await using federation = await authorized({ subgraphs, graphql: { response: { errors: 2 } } });
  const { body } = await federation.ask('{ open a: closed b: closed c: closed }');
  expect(body.errors?.map(({ message }) => message)).toEqual([
    'Unauthorized field or type',
    'There are more errors than are listed',
  ]);
});

test('plugins of Apollo Server see the same errors', async () => {
  const seen: unknown[] = [];
  await using federation = await authorized({
    subgraphs,
    apolloPlugins: [
      {
        requestDidStart: async () => ({
          willSendResponse: async ({ errors: all = [] }) =>
            void seen.push(...all.map(({ path }) => path)),
        }),
      },
    ],
  });
  expect((await federation.ask(query)).body).toEqual({ data: left, errors });
  expect((await federation.ask('{ closed }')).body).toEqual({
    data: null,
    errors: errors.slice(0, 1),
  });
  expect(seen).toEqual([['closed'], ['list', '@', 'secret'], ['closed']]);
});

test('what is left of an operation is what it costs', async () => {
  const graphql = { cost: { mode: 'enforce', max: 3, headers: true } } as const;
  await using federation = await authorized({
    subgraphs: {
      one: { sdl: sdl.replace('list: [Item]', 'list: [Item]  many: [Item] @authenticated') },
    },
    graphql,
  });
  const { headers } = await federation.send('{ open many { id } }');
  expect(headers.get('x-cost-estimated')).toBe('0');
});
