import { describe, expect, test } from '@jest/globals';
import { changed, lost, seen, twice, withProfiles } from './broken.ts';

/** What a client gets when `profiles` answers each request with this body. */
async function answeredWith(body: string | Buffer): Promise<object> {
  await using federation = await withProfiles(
    changed((_answer, _request, response) => {
      response.setHeader('content-type', 'application/json').end(body);
    }),
  );
  return seen(await federation.send(twice));
}

describe('a body that is not JSON', () => {
  const bodies: Readonly<Record<string, string | Buffer>> = {
    'is text': 'secret text',
    'is JSON but for its end': '{"data":{"motto":"onwards"',
    'is JSON with something after it': '{"data":{"motto":"onwards"}} secret',
    'has a value that JSON does not know': '{"data":{"motto":NaN}}',
    'is not UTF-8': Buffer.from('{"data":{"motto":"caf\u00e9"}}', 'latin1'),
    'is UTF-16': Buffer.from('{"data":{"motto":"onwards"}}', 'utf16le'),
  };
  test.each(Object.entries(bodies))('%s', async (_title, body) => {
    expect(await answeredWith(body)).toEqual({
      status: 200,
      body: lost('answered with a body that is not JSON', 'SUBREQUEST_MALFORMED_RESPONSE'),
    });
  });

  test('is nested deeper than any parser goes', async () => {
    const { status } = (await answeredWith('['.repeat(200_000))) as { status: number };
    expect(status).toBe(200);
  });
});

describe('JSON that is not a GraphQL response', () => {
  const bodies = [
    'null',
    '[]',
    '"x"',
    '1',
    '{}',
    '{"data":null}',
    '{"data":[]}',
    '{"data":"secret"}',
    '{"errors":{"message":"secret"}}',
    '{"errors":"secret"}',
    '{"data":{"motto":"onwards"},"errors":{"message":"secret"}}',
    '{"data":null,"errors":[]}',
    '{"data":null,"errors":null}',
    '[{"data":{"motto":"onwards"}}]',
  ];
  test.each(bodies)('%s', async (body) => {
    expect(await answeredWith(body)).toEqual({
      status: 200,
      body: lost(
        'answered with JSON that is not a GraphQL response',
        'SUBREQUEST_MALFORMED_RESPONSE',
      ),
    });
  });
});

describe('errors that a subgraph reports', () => {
  /** What the client reads under `errors` when the root field comes with these. */
  async function reported(errors: unknown, data: unknown = { motto: null }): Promise<unknown> {
    await using federation = await withProfiles(
      changed((_answer, _request, response) => {
        response.end(JSON.stringify({ data, errors }));
      }),
    );
    const { status, body } = await federation.send('{ motto }');
    expect(status).toBe(200);
    expect(body).toMatchObject({ data: { motto: null } });
    return (body as { errors?: unknown }).errors;
  }

  const masked = (path: readonly (string | number)[] | undefined, code: string) => ({
    message: 'Subgraph error',
    ...(path !== undefined && { path }),
    extensions: { code, service: 'profiles' },
  });
  const plain = 'DOWNSTREAM_SERVICE_ERROR';

  const odd: Readonly<Record<string, readonly [unknown, object]>> = {
    'without anything': [{}, masked(undefined, plain)],
    'that are null': [null, masked(undefined, plain)],
    'that are text': ['secret', masked(undefined, plain)],
    'that are lists': [[['secret']], masked(undefined, plain)],
    'with a message that is no text': [{ message: { secret: 1 } }, masked(undefined, plain)],
    'with a path': [{ message: 'secret', path: ['motto'] }, masked(['motto'], plain)],
    'with an empty path': [{ message: 'secret', path: [] }, masked(undefined, plain)],
    'with a path that is text': [{ message: 'secret', path: 'motto' }, masked(undefined, plain)],
    'with a path of odd keys': [{ message: 'a', path: ['motto', {}] }, masked(undefined, plain)],
    'with a code': [
      { message: 'a', extensions: { code: 'SOLD_OUT' } },
      masked(undefined, 'SOLD_OUT'),
    ],
    'with a code that is a number': [{ extensions: { code: 7 } }, masked(undefined, plain)],
    'with extensions that are text': [{ extensions: 'secret' }, masked(undefined, plain)],
    'with a head for the reply': [
      { message: 'a', extensions: { http: { status: 500, headers: { 'x-secret': '1' } } } },
      masked(undefined, plain),
    ],
  };
  test.each(Object.entries(odd))('%s', async (_title, [error, answer]) => {
    expect(await reported([error])).toEqual([answer]);
  });

  test('without data stand at the field that was asked for', async () => {
    expect(await reported([{ message: 'secret' }], null)).toEqual([masked(['motto'], plain)]);
  });

  test('with a path that leads nowhere have none of its keys', async () => {
    expect(await reported([{ message: 'a', path: ['secret', 'way'] }])).toEqual([
      masked(undefined, plain),
    ]);
  });
});
