import { z } from 'zod';
import { duration, timeLimit } from '../lib/duration.ts';
import { size } from '../lib/size.ts';
import {
  ownResilience,
  resilienceDefaults,
  resilienceFor,
  tryTime,
} from '../resilience/options.ts';
import { requestHeaderRule, responseHeaderRule } from './header-options.ts';
import { identityOptions, withKeyFrom } from './identity-options.ts';
import {
  ownTargets,
  type TargetOptions,
  targetDefaults,
  targetOptionsFor,
  targetProblem,
  targetUrl,
  withTlsFrom,
} from './target-options.ts';

const connectTime = timeLimit.describe(
  'For opening a connection. 5s unless set: a subgraph that is up accepts at once',
);
const totalTime = timeLimit.describe(
  'For one call, from waiting for a connection to the last byte. 30s unless set',
);
const answerSize = size.describe(
  'Longest answer, after decompression; a longer one is cut off. 10MB unless set',
);
const answerDepth = z
  .int()
  .min(1)
  .max(1_000)
  .describe('Most objects and lists of an answer within each other. 500 unless set');
const maxEntities = z
  .int()
  .min(1)
  .describe(
    'Most entities that one request asks for; more are asked for in several at once. 10000 unless set',
  );
const maxConnections = z
  .int()
  .min(1)
  .max(65_535)
  .describe('Most connections to one origin; later calls wait. 256 unless set');
const keepAlive = duration.describe(
  'How long an idle connection is kept unless the subgraph names a time. 4s unless set, below ' +
    'the 5s after which Node servers close theirs',
);
const http2 = z
  .boolean()
  .describe(
    'Whether HTTP/2 is spoken where a subgraph offers it over TLS: one connection for many calls, ' +
      'which takes more CPU time for each. Off unless set',
  );
const requestRules = z
  .array(requestHeaderRule)
  .describe('From client to subgraph, applied in order. Nothing is sent unless a rule says so');
const responseRules = z
  .array(responseHeaderRule)
  .describe('From subgraph to client, applied in order. Nothing is passed unless a rule says so');

const deduplicate = z
  .boolean()
  .describe(
    'Whether equal queries that are under way at once share one call: same text, variables and ' +
      'headers. On unless set',
  );

const about = {
  timeout: 'How long a call may take',
  response: 'What is accepted as an answer',
  entities: 'How entities are asked for',
  connections: 'Connections that are kept to the subgraph',
  headers: 'Headers that are passed on',
  identity:
    'How the subgraph is told who calls. Nothing unless set; a block replaces that of `all`',
};

const all = z.strictObject({
  timeout: z
    .strictObject({
      connect: connectTime.prefault('5s'),
      try: tryTime.optional(),
      total: totalTime.prefault('30s'),
    })
    .prefault({})
    .describe(about.timeout),
  response: z
    .strictObject({ size: answerSize.prefault('10MB'), depth: answerDepth.default(500) })
    .prefault({})
    .describe(about.response),
  entities: z
    .strictObject({ max: maxEntities.default(10_000) })
    .prefault({})
    .describe(about.entities),
  connections: z
    .strictObject({
      max: maxConnections.default(256),
      keepAlive: keepAlive.prefault('4s'),
      http2: http2.default(false),
    })
    .prefault({})
    .describe(about.connections),
  headers: z
    .strictObject({ request: requestRules.prefault([]), response: responseRules.prefault([]) })
    .prefault({})
    .describe(about.headers),
  deduplicate: deduplicate.default(true),
  identity: identityOptions.optional().describe(about.identity),
  ...resilienceDefaults,
  ...targetDefaults,
});

/** Without defaults: what is not written here comes from `all`. */
const one = z
  .strictObject({
    role: z
      .enum(['query', 'command'])
      .optional()
      .describe(
        'Side of the subgraph: reads or writes. None unless set, then no CQRS rule applies',
      ),
    url: targetUrl
      .optional()
      .describe('Where the subgraph is called. Unless set, the address in the supergraph'),
    timeout: z
      .strictObject({ connect: connectTime, try: tryTime, total: totalTime })
      .partial()
      .optional()
      .describe(about.timeout),
    response: z
      .strictObject({ size: answerSize, depth: answerDepth })
      .partial()
      .optional()
      .describe(about.response),
    entities: z.strictObject({ max: maxEntities }).partial().optional().describe(about.entities),
    connections: z
      .strictObject({ max: maxConnections, keepAlive, http2 })
      .partial()
      .optional()
      .describe(about.connections),
    headers: z
      .strictObject({ request: requestRules, response: responseRules })
      .partial()
      .optional()
      .describe(about.headers),
    deduplicate: deduplicate.optional(),
    identity: identityOptions.optional().describe(about.identity),
    ...ownResilience,
    ...ownTargets,
  })
  .superRefine((own, context) => {
    const message = targetProblem(own);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });

/** `graphql.subgraphs`: how subgraphs are called. A name overrides `all` field by field. */
export const subgraphsOptions = z
  .object({ all: all.prefault({}).describe('For every subgraph, unless its own block differs') })
  .catchall(one.describe('For the subgraph of this name; lists replace those of `all`'));

/** What an operator writes under `graphql.subgraphs`. */
export type SubgraphsInput = z.input<typeof subgraphsOptions>;
/** `graphql.subgraphs` with the defaults of `all`: times in milliseconds, sizes in bytes. */
export type SubgraphsOptions = z.output<typeof subgraphsOptions>;

/** How one subgraph is called, with nothing left open. */
export interface SubgraphOptions extends z.output<typeof all>, TargetOptions {
  readonly role: 'query' | 'command' | undefined;
  /** Overrides the address in the supergraph. */
  readonly url: string | undefined;
}

/** The options of the subgraph `name`: its own where it has them, else those of `all`. */
export function subgraphOptionsFor(name: string, subgraphs: SubgraphsOptions): SubgraphOptions {
  const { all } = subgraphs;
  const own = name !== 'all' && Object.hasOwn(subgraphs, name) ? subgraphs[name] : undefined;
  return {
    role: own?.role,
    url: own?.url,
    timeout: {
      connect: own?.timeout?.connect ?? all.timeout.connect,
      try: own?.timeout?.try ?? all.timeout.try,
      total: own?.timeout?.total ?? all.timeout.total,
    },
    response: {
      size: own?.response?.size ?? all.response.size,
      depth: own?.response?.depth ?? all.response.depth,
    },
    entities: { max: own?.entities?.max ?? all.entities.max },
    connections: {
      max: own?.connections?.max ?? all.connections.max,
      keepAlive: own?.connections?.keepAlive ?? all.connections.keepAlive,
      http2: own?.connections?.http2 ?? all.connections.http2,
    },
    headers: {
      request: own?.headers?.request ?? all.headers.request,
      response: own?.headers?.response ?? all.headers.response,
    },
    deduplicate: own?.deduplicate ?? all.deduplicate,
    identity: own?.identity ?? all.identity,
    ...resilienceFor(own, all),
    ...targetOptionsFor(own, all),
  };
}

/** The same options with relative paths in them seen from `folder`. */
export function resolveSubgraphs(subgraphs: SubgraphsOptions, folder: string): SubgraphsOptions {
  const found = <One extends Parameters<typeof withTlsFrom>[0] & Parameters<typeof withKeyFrom>[0]>(
    one: One,
  ): One => withKeyFrom(withTlsFrom(one, folder), folder);
  const named = Object.entries(subgraphs).map(([name, own]) => [name, found(own)]);
  return { ...Object.fromEntries(named), all: found(subgraphs.all) };
}
