import { describe, expect, test } from '@jest/globals';
import type { GatewayInput } from '../../src/config/schema.ts';
import type { GraphQLRequest, Reply } from '../../src/context.ts';
import { GatewayError } from '../../src/errors.ts';
import type { PublicLayer } from '../../src/lib/call.ts';
import type { Federation, FederationOptions } from '../harness/federation.ts';
import { federate } from '../harness/federation.ts';
import { listen, type TestServer } from '../harness/listen.ts';

type ErrorsInput = NonNullable<NonNullable<GatewayInput['graphql']>['errors']>;

const secret = 'connect to postgres://shop:secret@10.0.0.7 failed';
const reported = {
  message: secret,
  locations: [{ line: 3, column: 9 }],
  extensions: { code: 'SOLD_OUT', sku: 'A-1', stacktrace: [secret], service: 'forged' },
};

/** Two subgraphs that report the same error for their field, `left` and `right`. */
async function failing(
  errors: ErrorsInput,
  options: Partial<FederationOptions> = {},
): Promise<{ readonly federation: Federation } & AsyncDisposable> {
  const server = (field: string) =>
    listen((_request, response) => {
      const body = { data: { [field]: null }, errors: [{ ...reported, path: [field] }] };
      response.end(JSON.stringify(body));
    });
  const servers: TestServer[] = [await server('left'), await server('right')];
  const federation = await federate({
    subgraphs: {
      left: { sdl: 'type Query { left: Int }', url: servers[0]?.url ?? '' },
      right: { sdl: 'type Query { right: Int }', url: servers[1]?.url ?? '' },
    },
    config: { graphql: { errors } },
    ...options,
  });
  return {
    federation,
    async [Symbol.asyncDispose]() {
      await federation[Symbol.asyncDispose]();
      for (const each of servers) await each[Symbol.asyncDispose]();
    },
  };
}

async function errorsUnder(errors: ErrorsInput): Promise<unknown> {
  await using started = await failing(errors);
  const { status, body } = await started.federation.send('{ left right }');
  expect(status).toBe(200);
  expect(body).toMatchObject({ data: { left: null, right: null } });
  const list = (body as { errors: { path: string[] }[] }).errors;
  return list.sort((one, other) => `${one.path}`.localeCompare(`${other.path}`));
}

const shown = (side: string, message: string, more: object = {}) => ({
  message,
  path: [side],
  extensions: { code: 'SOLD_OUT', service: side, ...more },
});

describe('an error that a subgraph reports', () => {
  test('is masked but for its code, and for the name of the subgraph', async () => {
    expect(await errorsUnder({})).toEqual([
      shown('left', 'Subgraph error'),
      shown('right', 'Subgraph error'),
    ]);
  });

  test('is masked in the words of the configuration', async () => {
    expect(await errorsUnder({ maskedMessage: 'Try again later' })).toEqual([
      shown('left', 'Try again later'),
      shown('right', 'Try again later'),
    ]);
  });

  test('is shown where all are exposed', async () => {
    expect(await errorsUnder({ subgraphs: { all: 'exposed' } })).toEqual([
      shown('left', secret),
      shown('right', secret),
    ]);
  });

  test('is shown where its subgraph is exposed', async () => {
    expect(await errorsUnder({ subgraphs: { right: 'exposed' } })).toEqual([
      shown('left', 'Subgraph error'),
      shown('right', secret),
    ]);
    expect(await errorsUnder({ subgraphs: { all: 'exposed', right: 'masked' } })).toEqual([
      shown('left', secret),
      shown('right', 'Subgraph error'),
    ]);
  });

  test('keeps the extensions that are listed', async () => {
    expect(await errorsUnder({ extensions: ['code', 'sku', 'absent'] })).toEqual([
      shown('left', 'Subgraph error', { sku: 'A-1' }),
      shown('right', 'Subgraph error', { sku: 'A-1' }),
    ]);
  });

  test('has no code of its own where codes are not listed', async () => {
    const extensions = { code: 'DOWNSTREAM_SERVICE_ERROR' };
    expect(await errorsUnder({ extensions: [] })).toEqual([
      shown('left', 'Subgraph error', extensions),
      shown('right', 'Subgraph error', extensions),
    ]);
  });

  test('does not name its subgraph where that is off', async () => {
    const plain = (side: string) => ({
      message: 'Subgraph error',
      path: [side],
      extensions: { code: 'SOLD_OUT' },
    });
    expect(await errorsUnder({ service: false })).toEqual([plain('left'), plain('right')]);
  });

  test('is cut when it is long and exposed', async () => {
    await using server = await listen((_request, response) => {
      const errors = [{ message: 'a'.repeat(100_000), path: ['left'] }];
      response.end(JSON.stringify({ data: { left: null }, errors }));
    });
    await using federation = await federate({
      subgraphs: { left: { sdl: 'type Query { left: Int }', url: server.url } },
      config: { graphql: { errors: { subgraphs: { all: 'exposed' } } } },
    });
    const { body } = await federation.send('{ left }');
    expect(body).toMatchObject({ errors: [{ message: `${'a'.repeat(500)}…` }] });
  });

  test('stands in the log as it was, under the id of the request', async () => {
    await using started = await failing({});
    const { headers } = await started.federation.send('{ left }');
    expect(await started.federation.logged('An error in the answer')).toMatchObject([
      {
        level: 'warn',
        requestId: headers.get('x-request-id'),
        error: { message: secret, path: ['left'], extensions: { code: 'SOLD_OUT', sku: 'A-1' } },
      },
    ]);
  });
});

describe('a failure inside', () => {
  const internal = (path: string) => ({
    message: 'Internal server error',
    path: [path],
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  });
  const whole = {
    errors: [{ message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
  };

  test('round a subgraph call shows nothing, and leaves the rest', async () => {
    const subgraph = [
      () => async () => {
        throw new TypeError(secret);
      },
    ];
    await using started = await failing(
      { subgraphs: { all: 'exposed' } },
      { layers: { subgraph } },
    );
    const { status, body } = await started.federation.send('{ left }');
    expect([status, body]).toEqual([200, { data: { left: null }, errors: [internal('left')] }]);
  });

  test('round a request shows nothing, and is logged under its id', async () => {
    const request = [
      () => async () => {
        throw new TypeError(secret);
      },
    ];
    await using started = await failing({}, { layers: { request } });
    const { status, headers, body } = await started.federation.send('{ left }');
    expect([status, body]).toEqual([500, whole]);
    const [line] = await started.federation.logged('Request failed');
    expect(line).toMatchObject({ level: 'error', requestId: headers.get('x-request-id') });
    expect(JSON.stringify(line)).toContain(secret);
  });

  test('in a plugin shows nothing, and is logged under the id of the request', async () => {
    const apolloPlugins = [
      {
        requestDidStart: async () => ({
          didResolveOperation: async () => {
            throw new TypeError(secret);
          },
        }),
      },
    ];
    await using started = await failing({}, { apolloPlugins });
    const { status, headers, body } = await started.federation.send('{ left }');
    expect([status, body]).toEqual([500, whole]);
    await started.federation.logged('request');
    const lines = started.federation.log.filter(
      (line) => line['requestId'] === headers.get('x-request-id') && line['level'] === 'error',
    );
    expect(JSON.stringify(lines)).toContain(secret);
  });
});

describe('the log', () => {
  test('never has credentials, even of an error that carries a whole request', async () => {
    const subgraph = [
      () => async (request: object) => {
        throw Object.assign(new Error('careless'), { request, headers: { authorization: secret } });
      },
    ];
    const request: PublicLayer<GraphQLRequest, Reply>[] = [
      (next) => async (asked, signal) => {
        await next(asked, signal);
        const cause = Object.assign(new Error('careless'), { request: asked });
        throw new GatewayError('SERVICE_UNAVAILABLE', 'Closed', { cause });
      },
    ];
    await using started = await failing({}, { layers: { subgraph, request } });
    const credentials = { authorization: 'Bearer hidden', cookie: 'session=hidden' };
    const { status } = await started.federation.send('{ left }', {}, credentials);
    expect(status).toBe(503);
    await started.federation.logged('request');
    const text = JSON.stringify(started.federation.log);
    expect(text).toContain('careless');
    expect(text).not.toContain('hidden');
    expect(text).not.toContain(secret);
  });
});
