import { describe, expect, test } from '@jest/globals';
import { type Federation, federate } from '../harness/federation.ts';
import { listen } from '../harness/listen.ts';

const secret = 'connect to postgres://shop:secret@10.0.0.7 failed';
const html = `<html><title>${secret}</title></html>`;

interface Hidden {
  readonly status?: number;
  readonly type?: string;
  readonly body: string;
}

/** A subgraph whose answers are all this one. */
async function answering({ status = 200, type = 'application/json', body }: Hidden) {
  const server = await listen((_request, response) => {
    response.writeHead(status, { 'content-type': type }).end(body);
  });
  const federation = await federate({
    subgraphs: { left: { sdl: 'type Query { left: Int }', url: server.url } },
  });
  return {
    federation,
    async [Symbol.asyncDispose]() {
      await federation[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

/** Expects that `text` is in the log under the id of the request, and nowhere in the reply. */
async function expectHidden({ send, logged, log }: Federation, text: string): Promise<void> {
  const { body, headers } = await send('{ left }');
  expect(body).toMatchObject({ data: { left: null }, errors: [expect.anything()] });
  expect(JSON.stringify([body, ...headers])).not.toContain(text);
  await logged('request');
  const id = headers.get('x-request-id');
  expect(JSON.stringify(log.filter(({ requestId }) => requestId === id))).toContain(text);
}

describe('what a client may not read of an error is in the log:', () => {
  const withErrors = (error: object) => JSON.stringify({ data: { left: null }, errors: [error] });
  const rows: Readonly<Record<string, Hidden>> = {
    'the message of a subgraph': { body: withErrors({ message: secret }) },
    'its extensions': { body: withErrors({ message: 'E', extensions: { at: secret } }) },
    'HTML in place of an answer': { type: 'text/html', body: html },
    'HTML with a status of its own': { type: 'text/html', status: 502, body: html },
    'JSON that is no answer': { body: JSON.stringify({ message: secret }) },
    'JSON that is cut short': { body: `{"data":{"left":"${secret}` },
  };
  test.each(Object.entries(rows))('%s', async (_title, hidden) => {
    await using started = await answering(hidden);
    await expectHidden(started.federation, secret);
  });

  test('the address of a subgraph that refuses connections', async () => {
    const server = await listen(() => {});
    await server[Symbol.asyncDispose]();
    await using federation = await federate({
      subgraphs: { left: { sdl: 'type Query { left: Int }', url: server.url } },
    });
    await expectHidden(federation, `127.0.0.1:${server.port}`);
  });

  test('what was thrown round a subgraph call, and where', async () => {
    const careless = () => async () => {
      throw new TypeError(secret);
    };
    await using federation = await federate({
      subgraphs: { left: { sdl: 'type Query { left: Int }', answer: () => ({}) } },
      layers: { subgraph: [careless] },
    });
    await expectHidden(federation, secret);
    expect(JSON.stringify(federation.log)).toContain('hidden.test.ts');
  });

  test('what a message is cut by', async () => {
    const message = `${'a'.repeat(1_000)}${secret}`;
    await using started = await answering({ body: withErrors({ message }) });
    await expectHidden(started.federation, secret);
  });

  test('the beginning of a body, and no more of it', async () => {
    await using started = await answering({ body: 'x'.repeat(100_000), type: 'text/html' });
    await expectHidden(started.federation, 'x'.repeat(200));
    expect(JSON.stringify(started.federation.log).length).toBeLessThan(10_000);
  });
});
