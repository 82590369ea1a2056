import { describe, expect, test } from '@jest/globals';
import { listen } from '../harness/listen.ts';
import { changed, lost, seen, twice, withProfiles } from './broken.ts';

const secret = 'secret of http://10.0.0.7/inside';
const failing = [400, 401, 403, 404, 429, 500, 502, 503];

describe('a status that is no success', () => {
  const bodies = {
    HTML: ['text/html', `<html><body>${secret}</body></html>`],
    JSON: ['application/json', JSON.stringify({ error: secret })],
    nothing: ['application/json', ''],
  } as const;
  for (const [kind, [type, body]] of Object.entries(bodies)) {
    test.each(failing)(`%d with ${kind} is told by its number alone`, async (status) => {
      await using federation = await withProfiles((_request, response) => {
        response.writeHead(status, { 'content-type': type, 'www-authenticate': 'Basic' }).end(body);
      });
      expect(seen(await federation.send(twice))).toEqual({
        status: 200,
        body: lost(`answered with HTTP status ${status}`, 'SUBREQUEST_HTTP_ERROR', {
          http: { status },
        }),
      });
    });
  }

  test.each(failing)('%d with a GraphQL body keeps its code, and is masked', async (status) => {
    await using federation = await withProfiles((_request, response) => {
      const errors = [{ message: secret, extensions: { code: 'TOO_EARLY', secret } }];
      response.writeHead(status, { 'content-type': 'application/graphql-response+json' });
      response.end(JSON.stringify({ errors }));
    });
    const extensions = { code: 'TOO_EARLY', service: 'profiles' };
    expect(seen(await federation.send(twice))).toEqual({
      status: 200,
      body: {
        data: { me: { name: 'Ada', bio: null }, motto: null },
        errors: [
          { message: 'Subgraph error', path: ['me', 'bio'], extensions },
          { message: 'Subgraph error', path: ['motto'], extensions },
        ],
      },
    });
  });

  test('with a GraphQL body that has data gives this data', async () => {
    await using federation = await withProfiles(
      changed((answer, _request, response) => {
        response.writeHead(500).end(answer);
      }),
    );
    expect((await federation.send(twice)).body).toEqual({
      data: { me: { name: 'Ada', bio: 'mathematician' }, motto: 'onwards' },
    });
  });
});

test.each([301, 302, 303, 307, 308])('a redirect by %d is not followed', async (status) => {
  let called = 0;
  await using target = await listen((_request, response) => {
    called += 1;
    response.end('{"data":{"motto":"stolen"}}');
  });
  await using federation = await withProfiles((_request, response) => {
    response.writeHead(status, { location: target.url }).end();
  });
  expect(seen(await federation.send(twice))).toEqual({
    status: 200,
    body: lost(`answered with HTTP status ${status}`, 'SUBREQUEST_HTTP_ERROR', {
      http: { status },
    }),
  });
  expect(called).toBe(0);
});

describe('a success without an answer', () => {
  test.each([200, 204])('%d with an empty body', async (status) => {
    await using federation = await withProfiles(
      (_request, response) => void response.writeHead(status).end(),
    );
    expect(seen(await federation.send(twice))).toEqual({
      status: 200,
      body: lost('answered with an empty body', 'SUBREQUEST_MALFORMED_RESPONSE'),
    });
  });

  test('200 with HTML', async () => {
    await using federation = await withProfiles((_request, response) => {
      response.setHeader('content-type', 'text/html; charset=utf-8').end(`<p>${secret}</p>`);
    });
    expect(seen(await federation.send(twice))).toEqual({
      status: 200,
      body: lost('answered with HTML instead of JSON', 'SUBREQUEST_MALFORMED_RESPONSE'),
    });
  });
});
