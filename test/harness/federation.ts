import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type GatewayConfig, type GatewayInput, gatewayConfig } from '../../src/config/schema.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../../src/gateway.ts';
import { Disposer } from '../../src/lib/disposer.ts';
import { compose } from '../../src/supergraph/compose.ts';
import { listen } from './listen.ts';
import { type LogLine, LogLines } from './log-lines.ts';
import {
  type Answer,
  linked,
  type Resolvers,
  startAnswering,
  startSubgraph,
  type TestSubgraph,
} from './subgraph.ts';

/** Shows clients what subgraphs say of their errors. */
export const exposed: GatewayInput = {
  graphql: { errors: { subgraphs: { all: 'exposed' } } },
};

export interface SubgraphDefinition {
  readonly sdl: string;
  readonly resolvers?: Resolvers;
  /** Answers each request, in place of the resolvers. */
  readonly answer?: Answer;
  /** Answers each HTTP request itself; `requests` stays empty. */
  readonly handler?: RequestListener;
  /** Where the gateway calls it, instead of a server that runs the resolvers. */
  readonly url?: string;
}

export interface FederationOptions extends Omit<GatewayOptions, 'config' | 'logTo'> {
  readonly subgraphs: Readonly<Record<string, SubgraphDefinition>>;
  readonly config?: GatewayInput;
}

/** A GraphQL reply as a client reads it. */
export interface ClientReply {
  readonly status: number;
  readonly headers: Headers;
  // Tests compare whole bodies.
  readonly body: unknown;
}

/** A gateway in front of real subgraphs, each on a port of its own. */
export interface Federation extends AsyncDisposable {
  readonly gateway: Gateway;
  /** What it was started with. */
  readonly config: GatewayConfig;
  readonly subgraphs: Readonly<Record<string, TestSubgraph>>;
  /** Every line of the gateway's log, parsed. */
  readonly log: readonly LogLine[];
  /** The first `count` lines of the log with this message, as soon as they are there. */
  logged(message: string, count?: number): Promise<readonly LogLine[]>;
  /** Empties the log and the requests of the subgraphs. */
  forget(): void;
  send(
    query: string,
    variables?: Readonly<Record<string, unknown>>,
    headers?: Readonly<Record<string, string>>,
  ): Promise<ClientReply>;
}

/** Starts the subgraphs, composes them, and starts a gateway on a free port. */
export async function federate(options: FederationOptions): Promise<Federation> {
  const disposer = new Disposer();
  try {
    const subgraphs = await startAll(options.subgraphs, disposer);
    const log = new LogLines();
    const config = await configFor(options, subgraphs, disposer);
    const gateway = disposer.use(await createGateway({ ...options, config, logTo: log }));
    return {
      gateway,
      config,
      subgraphs,
      log: log.all,
      logged: (message, count) => log.wait(message, count),
      forget: () => {
        log.forget(() => true);
        for (const { requests } of Object.values(subgraphs)) requests.length = 0;
      },
      send: (query, variables, headers) => send(gateway.url, { query, variables }, headers),
      [Symbol.asyncDispose]: () => disposer[Symbol.asyncDispose](),
    };
  } catch (failure) {
    await disposer[Symbol.asyncDispose]();
    throw failure;
  }
}

/** Posts one body to a GraphQL endpoint as JSON. */
export async function send(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<ClientReply> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: response.status, headers: response.headers, body: await response.json() };
}

async function startAll(
  definitions: FederationOptions['subgraphs'],
  disposer: Disposer,
): Promise<Record<string, TestSubgraph>> {
  const subgraphs: Record<string, TestSubgraph> = {};
  for (const [name, definition] of Object.entries(definitions)) {
    subgraphs[name] = disposer.use(await startOne(definition));
  }
  return subgraphs;
}

async function startOne(definition: SubgraphDefinition): Promise<TestSubgraph> {
  const { sdl, resolvers = {}, answer, handler } = definition;
  if (handler !== undefined) return { ...(await listen(handler)), requests: [] };
  return answer === undefined ? startSubgraph(sdl, resolvers) : startAnswering(answer);
}

async function configFor(
  { subgraphs, config = {} }: FederationOptions,
  started: Readonly<Record<string, TestSubgraph>>,
  disposer: Disposer,
) {
  const sources = Object.entries(subgraphs).map(([name, { sdl, url }]) => {
    return { name, sdl: linked(sdl), url: url ?? started[name]?.url ?? '' };
  });
  const composition = compose(sources);
  if ('problems' in composition) throw new Error(JSON.stringify(composition.problems, null, 2));
  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-'));
  disposer.defer(() => rm(folder, { recursive: true }));
  const file = join(folder, 'supergraph.graphql');
  await writeFile(file, composition.supergraphSdl);
  return gatewayConfig.parse({
    ...config,
    server: { listen: [{ host: '127.0.0.1', port: 0 }], ...config.server },
    graphql: { supergraph: { file }, ...config.graphql },
  });
}
