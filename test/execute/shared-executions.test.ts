import { setImmediate } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { GatewayInput } from '../../src/config/schema.ts';
import { type Federation, type FederationOptions, federate } from '../harness/federation.ts';
import type { SeenRequest } from '../harness/subgraph.ts';

const sdl = `type Query { motto: String list: [Item] } type Item { name: String size: Int }
  type Mutation { change: String }`;
const auth: GatewayInput['graphql'] = {
  subgraphs: { all: { headers: { request: [{ propagate: { named: 'authorization' } }] } } },
};

interface Held extends AsyncDisposable {
  readonly federation: Federation;
  /** Sends each query, lets the subgraph answer once all are under way, and gives the bodies. */
  together(
    queries: readonly string[],
    headers?: readonly Readonly<Record<string, string>>[],
  ): Promise<readonly unknown[]>;
  readonly asked: readonly SeenRequest[];
}

/** A gateway whose subgraph answers only once all requests of a test are on their way to it. */
async function hold(options: Omit<FederationOptions, 'subgraphs'> = {}): Promise<Held> {
  let awaited = 0;
  let arrived = Promise.withResolvers<void>();
  const federation = await federate({
    ...options,
    layers: {
      ...options.layers,
      request: [
        (next) => async (request, signal) => {
          const reply = next(request, signal);
          // By then a request whose plan is known has got to its subgraphs.
          await setImmediate();
          await setImmediate();
          awaited -= 1;
          if (awaited === 0) arrived.resolve();
          return reply;
        },
      ],
    },
    subgraphs: {
      a: {
        sdl,
        async answer({ query, headers }) {
          await arrived.promise;
          const motto = `for ${headers.authorization ?? 'all'}`;
          const list = [{ name: 'one', size: 1 }];
          return { data: query.startsWith('mutation') ? { change: 'done' } : { motto, list } };
        },
      },
    },
  });
  return {
    federation,
    asked: federation.subgraphs['a']?.requests ?? [],
    async together(queries, headers = []) {
      arrived.resolve();
      for (const query of new Set(queries)) await federation.send(query);
      federation.subgraphs['a']?.requests.splice(0);
      arrived = Promise.withResolvers();
      awaited = queries.length;
      const replies = queries.map((query, at) => federation.send(query, {}, headers[at]));
      return (await Promise.all(replies)).map(({ body }) => body);
    },
    [Symbol.asyncDispose]: () => federation[Symbol.asyncDispose](),
  };
}

const all = { data: { motto: 'for all' } };

describe('Equal queries that are under way at once', () => {
  test('share one execution, and each gets its answer', async () => {
    await using held = await hold();
    expect(await held.together(['{ motto }', '{ motto }', '{ motto }'])).toEqual([all, all, all]);
    expect(held.asked).toHaveLength(1);
  });

  test('do not where a header that is passed on differs', async () => {
    await using held = await hold({ config: { graphql: auth } });
    const headers = ['ada', 'bob', 'ada'].map((authorization) => ({ authorization }));
    expect(await held.together(['{ motto }', '{ motto }', '{ motto }'], headers)).toEqual([
      { data: { motto: 'for ada' } },
      { data: { motto: 'for bob' } },
      { data: { motto: 'for ada' } },
    ]);
    expect(held.asked.map((each) => each.headers.authorization).sort()).toEqual(['ada', 'bob']);
  });

  test('do not where one header is what another subgraph is sent of another caller', async () => {
    const field = (name: string) => ({
      sdl: `type Query { ${name}: String }`,
      answer: async ({ headers }: SeenRequest) => ({ data: { [name]: `for ${headers['x-as']}` } }),
    });
    const sends = (named: string) => ({
      headers: { request: [{ propagate: { named, rename: 'x-as' } }] },
    });
    await using federation = await federate({
      subgraphs: { a: field('a'), b: field('b'), c: field('c') },
      config: { graphql: { subgraphs: { a: sends('x-a'), b: sends('x-b'), c: sends('x-c') } } },
    });
    await federation.send('{ a b c }');
    const sent = [
      ['1', '2', '1'],
      ['1', '2', '2'],
      ['1', '1', '2'],
    ];
    const callers = sent.map(([a = '', b = '', c = '']) => ({ 'x-a': a, 'x-b': b, 'x-c': c }));
    const replies = await Promise.all(
      callers.map((headers) => federation.send('{ a b c }', {}, headers)),
    );
    expect(replies.map(({ body }) => body)).toEqual(
      sent.map(([a, b, c]) => ({ data: { a: `for ${a}`, b: `for ${b}`, c: `for ${c}` } })),
    );
  });

  test('do not where their variables differ', async () => {
    await using federation = await federate({
      subgraphs: {
        a: {
          sdl: 'type Query { echo(text: String): String }',
          resolvers: { Query: { echo: (_: never, { text }: { text: string }) => text } },
        },
      },
    });
    const query = 'query ($text: String) { echo(text: $text) }';
    await federation.send(query);
    const texts = ['one', 'two', 'one'];
    const replies = await Promise.all(texts.map((text) => federation.send(query, { text })));
    expect(replies.map(({ body }) => body)).toEqual(
      texts.map((text) => ({ data: { echo: text } })),
    );
  });

  test('do where a header differs that nobody is sent', async () => {
    await using held = await hold();
    const headers = ['ada', 'bob'].map((authorization) => ({ authorization }));
    expect(await held.together(['{ motto }', '{ motto }'], headers)).toEqual([all, all]);
    expect(held.asked).toHaveLength(1);
  });

  test('share the calls that are equal where the operations are not', async () => {
    await using held = await hold();
    const list = { data: { list: [{ name: 'one', size: 1 }] } };
    const queries = ['{ list { name size } }', '{ list { name, size } }'];
    expect(await held.together(queries)).toEqual([list, list]);
    expect(held.asked).toHaveLength(1);
  });

  test('do not where the configuration says so, of an operation or of all', async () => {
    const subgraphs = { a: { deduplicate: false } };
    for (const deduplicate of [{ enabled: false }, { except: ['Mine'] }]) {
      await using held = await hold({ config: { graphql: { subgraphs, deduplicate } } });
      expect(await held.together(['query Mine { motto }', 'query Mine { motto }'])).toEqual([
        all,
        all,
      ]);
      expect(held.asked).toHaveLength(2);
    }
  });

  test('are told apart by what a layer of the operator makes of them', async () => {
    await using held = await hold({
      layers: {
        subgraph: [
          (next) => (request, signal) => {
            const user = request.client.headers['x-user'];
            const headers = { ...request.headers, authorization: `${user}` };
            return next({ ...request, headers }, signal);
          },
        ],
      },
    });
    const headers = ['ada', 'bob'].map((user) => ({ 'x-user': user }));
    expect(await held.together(['{ motto }', '{ motto }'], headers)).toEqual([
      { data: { motto: 'for ada' } },
      { data: { motto: 'for bob' } },
    ]);
  });
});

test('Equal queries whose subgraph hands out cookies are never shared', async () => {
  const response = [{ propagate: { matching: '^set-' } }];
  const subgraphs = { a: { headers: { response } } };
  await using held = await hold({ config: { graphql: { subgraphs } } });
  expect(await held.together(['{ motto }', '{ motto }'])).toEqual([all, all]);
  expect(held.asked).toHaveLength(2);
});

test('Equal mutations are never shared', async () => {
  await using held = await hold();
  const mutation = 'mutation { change }';
  await held.together([mutation, mutation]);
  expect(held.asked).toHaveLength(2);
});

test('64 callers under way at once get their own answers and no other', async () => {
  await using held = await hold({ config: { graphql: auth } });
  const headers = Array.from({ length: 64 }, (_, index) => ({
    authorization: `caller ${index % 32}`,
  }));
  const bodies = await held.together(
    headers.map(() => '{ motto }'),
    headers,
  );
  expect(bodies).toEqual(
    headers.map(({ authorization }) => ({ data: { motto: `for ${authorization}` } })),
  );
  expect(held.asked).toHaveLength(32);
});
