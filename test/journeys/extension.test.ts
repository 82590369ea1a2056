import { describe, expect, test } from '@jest/globals';
import { GraphQLError } from 'graphql';
import { GatewayError } from '../../src/errors.ts';
import { type Federation, type FederationOptions, federate } from '../harness/federation.ts';
import { closable, named, signed } from './extension.example.ts';

type Layers = NonNullable<FederationOptions['layers']>;
type RequestLayer = NonNullable<Layers['request']>[number];
type SubgraphLayer = NonNullable<Layers['subgraph']>[number];
type Plugin = NonNullable<FederationOptions['apolloPlugins']>[number];

const secret = 'secret of the subgraph';
const motto = {
  sdl: 'type Query { motto: String  broken: String }',
  resolvers: {
    Query: {
      motto: () => 'onwards',
      broken: () => {
        throw new GraphQLError(secret, { extensions: { code: 'BROKEN' } });
      },
    },
  },
};

function extended(options: Omit<FederationOptions, 'subgraphs'>): Promise<Federation> {
  return federate({ subgraphs: { motto }, ...options });
}

const whole = (message: string, code: string) => ({ errors: [{ message, extensions: { code } }] });

describe('the worked example', () => {
  test('signs subgraph calls, names operations, and closes the shop', async () => {
    let closed = false;
    await using federation = await extended({
      layers: { request: [closable(() => closed)], subgraph: [signed((text) => `${text.length}`)] },
      apolloPlugins: [named],
    });
    const reply = await federation.send('query Mine { motto }');
    expect([reply.status, reply.body]).toEqual([200, { data: { motto: 'onwards' } }]);
    expect(reply.headers.get('x-errors')).toBe('0');
    const [request] = federation.subgraphs['motto']?.requests ?? [];
    expect(request?.headers['x-signature']).toBe(`${request?.query.length}`);

    const nameless = await federation.send('{ motto }');
    expect(nameless.body).toEqual(whole('Name your operations', 'BAD_REQUEST'));

    closed = true;
    const shut = await federation.send('query Mine { motto }');
    expect([shut.status, shut.body]).toEqual([
      503,
      whole('The shop is closed', 'SERVICE_UNAVAILABLE'),
    ]);
  });
});

describe('layers', () => {
  test('may put any text into an answer, whatever the answer says of its texts', async () => {
    const text = 'a "quoted" \\ line\nand \u0001';
    const written: SubgraphLayer = (next) => async (request, signal) => {
      const answer = await next(request, signal);
      return { ...answer, isPlain: true, data: { motto: text } };
    };
    await using federation = await extended({ layers: { subgraph: [written] } });
    const reply = await federation.send('{ motto }');
    expect(reply.body).toEqual({ data: { motto: text } });
  });

  test('stand round each other in their order', async () => {
    const seen: string[] = [];
    const request =
      (name: string): RequestLayer =>
      (next) =>
      async (asked, signal) => {
        seen.push(`${name} sees ${asked.query}`);
        const reply = await next(asked, signal);
        seen.push(`${name} has ${reply.status}`);
        return reply;
      };
    const subgraph =
      (name: string): SubgraphLayer =>
      (next) =>
      async (asked, signal) => {
        seen.push(`${name} sees ${asked.subgraph} ${asked.kind}`);
        const answer = await next(asked, signal);
        seen.push(`${name} has ${JSON.stringify(answer.data)}`);
        return answer;
      };
    await using federation = await extended({
      layers: { request: [request('A'), request('B')], subgraph: [subgraph('C'), subgraph('D')] },
    });
    await federation.send('{ motto }');
    expect(seen).toEqual([
      'A sees { motto }',
      'B sees { motto }',
      'C sees motto query',
      'D sees motto query',
      'D has {"motto":"onwards"}',
      'C has {"motto":"onwards"}',
      'B has 200',
      'A has 200',
    ]);
  });

  test('round a request may answer by themselves, and change what is sent', async () => {
    const own: RequestLayer = () => async () => ({
      status: 202,
      headers: { 'content-type': 'application/json', 'x-own': ['a', 'b'] },
      body: '{"data":{"motto":"my own"}}',
    });
    await using federation = await extended({ layers: { request: [own] } });
    const { status, headers, body } = await federation.send('{ anything');
    expect([status, headers.get('x-own'), body]).toEqual([
      202,
      'a, b',
      { data: { motto: 'my own' } },
    ]);
    expect(federation.subgraphs['motto']?.requests).toEqual([]);
  });

  test('round a subgraph call may answer by themselves', async () => {
    const own: SubgraphLayer = () => async () => ({
      status: 200,
      headers: {},
      data: { motto: 'my own' },
      errors: [],
      extensions: {},
    });
    await using federation = await extended({ layers: { subgraph: [own] } });
    expect((await federation.send('{ motto }')).body).toEqual({ data: { motto: 'my own' } });
    expect(federation.subgraphs['motto']?.requests).toEqual([]);
  });

  test('that fail with a code give the client this code', async () => {
    const failing = () => async () => {
      throw new GatewayError('SERVICE_UNAVAILABLE', 'Closed', { cause: new Error(secret) });
    };
    await using outside = await extended({ layers: { request: [failing] } });
    const refused = await outside.send('{ motto }');
    expect([refused.status, refused.body]).toEqual([503, whole('Closed', 'SERVICE_UNAVAILABLE')]);
    await using inside = await extended({ layers: { subgraph: [failing] } });
    const partial = await inside.send('{ motto }');
    expect([partial.status, partial.body]).toEqual([
      200,
      {
        data: { motto: null },
        errors: [
          { message: 'Closed', path: ['motto'], extensions: { code: 'SERVICE_UNAVAILABLE' } },
        ],
      },
    ]);
  });
});

describe('plugins of Apollo Server', () => {
  test('see an operation on its way, and its errors as they are', async () => {
    const seen: unknown[] = [];
    const plugin: Plugin = {
      async requestDidStart({ contextValue, request }) {
        seen.push(['requestDidStart', contextValue.request.query, request.variables]);
        return {
          async didResolveOperation({ operationName, operation }) {
            seen.push(['didResolveOperation', operationName, operation?.operation]);
          },
          async executionDidStart() {
            seen.push(['executionDidStart']);
            return { executionDidEnd: async () => void seen.push(['executionDidEnd']) };
          },
          async didEncounterErrors({ errors }) {
            const { message, path, extensions } = errors[0] ?? {};
            seen.push(['didEncounterErrors', message, path, extensions?.['code']]);
          },
          async willSendResponse({ response }) {
            seen.push(['willSendResponse', response.body.kind]);
          },
        };
      },
    };
    await using federation = await extended({ apolloPlugins: [plugin] });
    const { body } = await federation.send('query Mine { broken }');
    expect(seen).toEqual([
      ['requestDidStart', 'query Mine { broken }', {}],
      ['didResolveOperation', 'Mine', 'query'],
      ['executionDidStart'],
      ['didEncounterErrors', secret, ['broken'], 'BROKEN'],
      ['executionDidEnd'],
      ['willSendResponse', 'single'],
    ]);
    const extensions = { code: 'BROKEN', service: 'motto' };
    expect(body).toEqual({
      data: { broken: null },
      errors: [{ message: 'Subgraph error', path: ['broken'], extensions }],
    });
  });

  test('see no operation that was refused before', async () => {
    let started = 0;
    const plugin: Plugin = {
      async requestDidStart() {
        started += 1;
      },
    };
    await using federation = await extended({ apolloPlugins: [plugin] });
    await federation.send('{ nothing }');
    await federation.send('{');
    expect(started).toBe(0);
  });

  test('change headers, status and extensions of the reply', async () => {
    const plugin: Plugin = {
      requestDidStart: async () => ({
        async willSendResponse({ response }) {
          response.http.status = 418;
          response.http.headers.set('x-own', 'yes');
          if (response.body.kind !== 'single') return;
          response.body.singleResult.extensions = { own: 1 };
        },
      }),
    };
    await using federation = await extended({ apolloPlugins: [plugin] });
    const { status, headers, body } = await federation.send('{ motto }');
    expect([status, headers.get('x-own'), body]).toEqual([
      418,
      'yes',
      { data: { motto: 'onwards' }, extensions: { own: 1 } },
    ]);
  });

  test('refuse an operation with a status and headers of their own', async () => {
    const plugin: Plugin = {
      requestDidStart: async () => ({
        async didResolveOperation() {
          throw new GraphQLError('Pay first', {
            extensions: {
              code: 'UNPAID',
              http: { status: 402, headers: new Map([['x-price', '3']]) },
            },
          });
        },
      }),
    };
    await using federation = await extended({ apolloPlugins: [plugin] });
    const { status, headers, body } = await federation.send('{ motto }');
    expect([status, headers.get('x-price'), body]).toEqual([
      402,
      '3',
      whole('Pay first', 'UNPAID'),
    ]);
    expect(federation.subgraphs['motto']?.requests).toEqual([]);
  });
});
