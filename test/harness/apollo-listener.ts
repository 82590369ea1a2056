import type { IncomingMessage } from 'node:http';
import {
  ApolloServer,
  type ApolloServerOptions,
  type BaseContext,
  type ContextThunk,
  HeaderMap,
  type HTTPGraphQLRequest,
} from '@apollo/server';
import type { Log } from '../../src/context.ts';
import { ClientSignal } from '../../src/edge/client-signal.ts';
import type { Fail } from '../../src/edge/fail.ts';
import { Listener, type ListenerOptions } from '../../src/edge/listener.ts';
import { parseJson, searchOf } from '../../src/edge/parameters.ts';
import { readBody } from '../../src/edge/read-body.ts';
import { type Handler, routeTable } from '../../src/edge/routes.ts';
import { writeChunks, writeReply } from '../../src/edge/write-reply.ts';
import { toAbortSignal } from '../../src/lib/cancellation.ts';

const options: ListenerOptions = {
  listen: [{ host: '127.0.0.1', port: 0 }],
  limits: { headers: 100, headerBytes: 65_536, uri: 65_536, connections: 1_000 },
  timeouts: { headers: 10_000, request: 30_000, write: 30_000, idle: 75_000 },
  shutdown: { drain: 10_000 },
};
const bodyLimitBytes = 2_000_000;

const silent = (): void => {};
const log: Log = { debug: silent, info: silent, warn: silent, error: silent };
const fail: Fail = ({ status, code, message, headers }) => {
  const body = JSON.stringify({ errors: [{ message, extensions: { code } }] });
  return { status, headers: { 'content-type': 'application/json', ...headers }, body };
};

/** A stock Apollo Server behind our listener, our body reader and our reply writer. */
export async function startApollo(
  config: ApolloServerOptions<BaseContext>,
  { context }: { readonly context?: ContextThunk } = {},
) {
  const server = new ApolloServer(config);
  await server.start();
  const routes = routeTable([{ path: '/', handler: apolloHandler(server, context) }]);
  const listener = new Listener({ options, routes, fail, log });
  await listener.start();
  const extraCleanup = (): Promise<void> => listener[Symbol.asyncDispose]();
  return { server, url: `http://127.0.0.1:${listener.ports[0]}`, extraCleanup };
}

function apolloHandler(
  server: ApolloServer<BaseContext>,
  context: ContextThunk = async () => ({}),
): Handler {
  return async (request, response) => {
    using client = new ClientSignal(response);
    const signal = toAbortSignal(client.signal);
    const httpGraphQLRequest = await apolloRequest(request, signal);
    const answer = await server.executeHTTPGraphQLRequest({ httpGraphQLRequest, context });
    const head = { status: answer.status ?? 200, headers: Object.fromEntries(answer.headers) };
    if (answer.body.kind === 'complete') {
      writeReply(response, { ...head, body: answer.body.string });
    } else {
      await writeChunks(response, head, answer.body.asyncIterator, signal);
    }
  };
}

async function apolloRequest(
  request: IncomingMessage,
  signal: AbortSignal,
): Promise<HTTPGraphQLRequest> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, [value].flat().join(', '));
  }
  const text = await readBody(request, bodyLimitBytes, signal);
  const isJson = headers.get('content-type')?.trim().startsWith('application/json') === true;
  const body = isJson && text !== '' ? parseJson(text) : text;
  return { method: request.method ?? '', headers, search: searchOf(request), body };
}
