import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import {
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse } from 'graphql';
import { Disposer } from '../src/lib/disposer.ts';
import { listen } from './common/listen.ts';

/** What every resolver gets. */
export interface SubgraphContext {
  /** Aborts when the subgraph stops. */
  readonly signal: AbortSignal;
}

/** Resolvers by type and field, as `@apollo/subgraph` takes them. */
type ResolverMap = NonNullable<
  Extract<Parameters<typeof buildSubgraphSchema>[0], { typeDefs: unknown }>['resolvers']
>;

/** What makes one subgraph of a schema. */
export interface SubgraphService {
  readonly schemaFile: URL;
  /** The service's generated `Resolvers`. */
  readonly resolvers: object;
  /** 0 takes any that is free. */
  readonly port: number;
  /** The service's state; disposed with the server, also when it cannot start. */
  readonly state: Disposable;
}

/** A subgraph that answers. Disposing it ends its connections. */
export interface RunningSubgraph extends AsyncDisposable {
  /** Where it takes GraphQL over HTTP. */
  readonly url: string;
  readonly sdl: string;
}

const path = '/graphql';
const mostBodyBytes = 1_048_576;

/** Serves one subgraph over HTTP on the loopback interface. */
export async function serveSubgraph(
  service: SubgraphService,
  signal: AbortSignal,
): Promise<RunningSubgraph> {
  const owned = new Disposer();
  try {
    owned.use(service.state);
    const sdl = await readFile(service.schemaFile, { encoding: 'utf8', signal });
    const apollo = createApollo(sdl, service.resolvers);
    await apollo.start();
    owned.defer(() => apollo.stop());
    const life = new AbortController();
    const handle = (request: IncomingMessage, response: ServerResponse): void =>
      void answer(apollo, request, response, life.signal);
    const listener = owned.use(await listen(handle, service.port, signal));
    owned.defer(() => life.abort());
    return {
      url: listener.origin + path,
      sdl,
      [Symbol.asyncDispose]: () => owned[Symbol.asyncDispose](),
    };
  } catch (failure) {
    await owned[Symbol.asyncDispose]();
    throw failure;
  }
}

function createApollo(sdl: string, resolvers: object): ApolloServer<SubgraphContext> {
  return new ApolloServer<SubgraphContext>({
    // The generated types are the stricter ones; that each resolver has its field is checked here.
    schema: buildSubgraphSchema({ typeDefs: parse(sdl), resolvers: resolvers as ResolverMap }),
    introspection: true,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    plugins: [ApolloServerPluginInlineTraceDisabled(), ApolloServerPluginLandingPageDisabled()],
  });
}

async function answer(
  apollo: ApolloServer<SubgraphContext>,
  request: IncomingMessage,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  try {
    const { pathname, search } = new URL(request.url ?? '/', 'http://subgraph');
    if (pathname !== path) {
      response.writeHead(404).end();
      return;
    }
    const body = await readBody(request);
    const reply = await apollo.executeHTTPGraphQLRequest({
      httpGraphQLRequest: {
        method: request.method ?? 'GET',
        headers: headersOf(request),
        search,
        body,
      },
      context: async () => ({ signal }),
    });
    await send(reply, response);
  } catch {
    if (!response.headersSent) response.writeHead(400);
    response.end();
  }
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    sizeBytes += chunk.length;
    if (sizeBytes > mostBodyBytes) throw new Error('The request is too large');
    chunks.push(chunk);
  }
  return sizeBytes === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString());
}

function headersOf(request: IncomingMessage): HeaderMap {
  const headers = new HeaderMap();
  for (const [name, values] of Object.entries(request.headersDistinct)) {
    headers.set(name, values?.join(', ') ?? '');
  }
  return headers;
}

async function send(reply: HTTPGraphQLResponse, response: ServerResponse): Promise<void> {
  response.writeHead(reply.status ?? 200, Object.fromEntries(reply.headers));
  if (reply.body.kind === 'complete') {
    response.end(reply.body.string);
    return;
  }
  for await (const chunk of reply.body.asyncIterator) response.write(chunk);
  response.end();
}
