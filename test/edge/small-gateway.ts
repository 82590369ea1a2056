import type { IncomingMessage } from 'node:http';
import {
  buildSchema,
  type DocumentNode,
  execute,
  type GraphQLError,
  getOperationAST,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import type { GraphQLRequest, Reply, RequestLog } from '../../src/context.ts';
import type { Fail } from '../../src/edge/fail.ts';
import { type GraphqlHttpSetup, graphqlOverHttp } from '../../src/edge/graphql-http.ts';
import { Listener, type ListenerOptions } from '../../src/edge/listener.ts';
import { type Route, routeTable } from '../../src/edge/routes.ts';
import { type ErrorCode, GatewayError } from '../../src/errors.ts';

const schema = buildSchema(`
  scalar Any
  type Query { hello(name: String = "world"): String  echo(value: Any): Any }
  type Mutation { count: Int }
`);

/** Bounds small enough to be met in a test, and times long enough to be met by none. */
export const listenerOptions: ListenerOptions = {
  listen: [{ host: '127.0.0.1', port: 0 }],
  limits: { headers: 20, headerBytes: 4_096, uri: 2_048, connections: 2_000 },
  timeouts: { headers: 60_000, request: 60_000, write: 60_000, idle: 60_000 },
  shutdown: { drain: 60_000 },
};

export const graphqlOptions: GraphqlHttpSetup['options'] = {
  batching: { enabled: false, max: 3 },
  csrf: true,
  limits: { body: 10_000 },
};

/** Every line that was logged. */
export interface TestLog extends RequestLog {
  readonly lines: { readonly level: string; readonly fields: object; readonly message: string }[];
}

export function testLog(): TestLog {
  const lines: TestLog['lines'] = [];
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields, message });
  const note = (fields: object) => void lines.push({ level: 'note', fields, message: '' });
  return {
    lines,
    note,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
}

export const fail: Fail = (error, { mediaType, alwaysOk }) => {
  const { code, message, headers } = error;
  const body = { errors: [{ message, extensions: { code } }] };
  return reply(mediaType, alwaysOk && wellFormed.has(code) ? 200 : error.status, body, headers);
};

const wellFormed: ReadonlySet<ErrorCode> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'BAD_USER_INPUT',
]);

function reply(mediaType: string, status: number, body: object, headers = {}): Reply {
  const type = { 'content-type': `${mediaType}; charset=utf-8` };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify(body) };
}

/** graphql-js over a schema of three fields. */
export async function run(request: GraphQLRequest): Promise<Reply> {
  const document = checked(request.query ?? '');
  const operation = getOperationAST(document, request.operationName);
  if (!operation) throw new GatewayError('OPERATION_RESOLUTION_FAILURE', 'Unknown operation');
  if (request.method === 'GET' && operation.operation === 'mutation') {
    const options = { headers: { allow: 'POST' } };
    throw new GatewayError('MUTATION_NOT_ALLOWED_OVER_HTTP_GET', 'Use POST', options);
  }
  coerce(operation, request.variables ?? {});
  const rootValue = {
    hello: ({ name }: { name: string }) => `Hello, ${name}!`,
    echo: ({ value }: { value: unknown }) => value,
    count: 1,
  };
  const variableValues = request.variables ?? {};
  const { operationName } = request;
  const result = await execute({ schema, document, rootValue, variableValues, operationName });
  return reply(request.mediaType, 200, result);
}

function checked(text: string): DocumentNode {
  let document: DocumentNode;
  try {
    document = parse(text);
  } catch (cause) {
    throw new GatewayError('GRAPHQL_PARSE_FAILED', (cause as GraphQLError).message, { cause });
  }
  const [error] = validate(schema, document);
  if (error) throw new GatewayError('GRAPHQL_VALIDATION_FAILED', error.message);
  return document;
}

function coerce(operation: OperationDefinitionNode, variables: Readonly<Record<string, unknown>>) {
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables);
  if (errors?.[0]) throw new GatewayError('BAD_USER_INPUT', errors[0].message);
}

export interface SmallGateway extends AsyncDisposable {
  readonly listener: Listener;
  readonly log: TestLog;
  readonly port: number;
  /** `http://127.0.0.1:port`, or `https` */
  readonly origin: string;
  /** Where GraphQL is served. */
  readonly url: string;
}

export interface SmallGatewayOptions {
  readonly listener?: Partial<ListenerOptions>;
  readonly graphql?: Partial<Omit<GraphqlHttpSetup, 'options'>>;
  readonly options?: Partial<GraphqlHttpSetup['options']>;
  readonly routes?: readonly Route[];
}

/** The real listener and the real handler, with `run` above behind them. */
export async function smallGateway(setup: SmallGatewayOptions = {}): Promise<SmallGateway> {
  const log = testLog();
  let count = 0;
  const open = (_request: IncomingMessage) => ({ id: `request-${++count}`, log });
  const options = { ...graphqlOptions, ...setup.options };
  const handler = graphqlOverHttp({ options, run, fail, open, ...setup.graphql });
  const routes = routeTable([{ path: '/graphql', handler }, ...(setup.routes ?? [])]);
  const listener = new Listener({
    options: { ...listenerOptions, ...setup.listener },
    routes,
    fail,
    log,
  });
  await listener.start();
  const [port = 0] = listener.ports;
  const isSecure = setup.listener?.listen?.[0]?.tls !== undefined;
  const origin = `${isSecure ? 'https' : 'http'}://127.0.0.1:${port}`;
  return {
    listener,
    log,
    port,
    origin,
    url: `${origin}/graphql`,
    [Symbol.asyncDispose]: () => listener[Symbol.asyncDispose](),
  };
}
