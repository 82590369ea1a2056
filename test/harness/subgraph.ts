import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { execute, type GraphQLSchema, parse, validate } from 'graphql';
import { listen, type TestServer } from './listen.ts';

type Resolver = (source: never, args: never) => unknown;
export type Resolvers = Readonly<Record<string, Readonly<Record<string, Resolver>>>>;

/** A GraphQL request as the gateway sent it. */
export interface SeenRequest {
  readonly query: string;
  readonly operationName?: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly headers: IncomingMessage['headers'];
}

/** A real subgraph: its own HTTP server over `@apollo/subgraph`, which remembers what it was asked. */
export interface TestSubgraph extends TestServer {
  readonly requests: SeenRequest[];
}

const federation = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: [
  "@key", "@requires", "@provides", "@external", "@shareable", "@override", "@inaccessible",
  "@interfaceObject", "@tag", "@authenticated", "@requiresScopes", "@policy"
])\n`;

/** The SDL that a test writes, with federation's directives linked unless it does so itself. */
export function linked(sdl: string): string {
  return sdl.includes('@link(') ? sdl : federation + sdl;
}

/** Answers a request with JSON of its own, right or wrong. */
export type Answer = (request: SeenRequest) => unknown;

/** Starts a subgraph with these resolvers; `__resolveReference` resolves entities. */
export async function startSubgraph(sdl: string, resolvers: Resolvers): Promise<TestSubgraph> {
  return startAnswering(answering(sdl, resolvers));
}

/** Answers as a subgraph with these resolvers does. */
export function answering(sdl: string, resolvers: Resolvers): Answer {
  const schema = buildSubgraphSchema({
    typeDefs: parse(linked(sdl)),
    resolvers: resolvers as never,
  });
  return ({ query, variables }) => answer(schema, query, variables);
}

/** Starts a subgraph that answers as `answer` says, whatever it was asked. */
export async function startAnswering(answer: Answer): Promise<TestSubgraph> {
  const requests: SeenRequest[] = [];
  const server = await listen(async (request, response) => {
    const { query, operationName, variables = {} } = JSON.parse(await text(request));
    const seen = { query, operationName, variables, headers: request.headers };
    requests.push(seen);
    send(response, await answer(seen));
  });
  return { ...server, requests };
}

async function answer(
  schema: GraphQLSchema,
  query: string,
  variableValues: Readonly<Record<string, unknown>>,
) {
  const document = parse(query);
  const errors = validate(schema, document);
  if (errors.length > 0) return { errors };
  return execute({ schema, document, variableValues });
}

function send(response: ServerResponse, body: unknown): void {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify(body));
}
