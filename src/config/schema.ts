import { z } from 'zod';
import { authorizationOptions } from '../auth/authorization/options.ts';
import { authOptions, graphAuthOptions } from '../auth/options.ts';
import { redisOptions } from '../clients/redis-options.ts';
import { endpointOptions, serverOptions } from '../edge/options.ts';
import { executionOptions } from '../execute/options.ts';
import { observabilityOptions } from '../observability/options.ts';
import { operationOptions } from '../operation/options.ts';
import { refusesTexts } from '../operation/trusted/options.ts';
import { planOptions } from '../plan/options.ts';
import { errorOptions } from '../respond/options.ts';
import { subgraphsOptions } from '../subgraph/options.ts';
import { supergraphOptions } from '../supergraph/options.ts';

const graphqlShape = z.strictObject({
  ...endpointOptions.shape,
  supergraph: supergraphOptions
    .optional()
    .describe('Where the supergraph comes from. No default: the command line may name a file'),
  subgraphs: subgraphsOptions
    .prefault({})
    .describe('How subgraphs are called: `all`, and by name what differs from it'),
  auth: graphAuthOptions.describe(
    'Names under `auth` that are accepted, asked in this order; or a map of schemes and require. ' +
      'Default none: all callers are anonymous',
  ),
  authorization: authorizationOptions
    .prefault({})
    .describe('What callers may see, by @authenticated, @requiresScopes and @policy'),
  ...operationOptions.shape,
  ...planOptions.shape,
  ...executionOptions.shape,
  errors: errorOptions.prefault({}).describe('What clients read of the errors of subgraphs'),
});

const graphql = graphqlShape.refine(
  ({ persistedQueries, trustedDocuments }) => {
    return !(persistedQueries.enabled && refusesTexts(trustedDocuments));
  },
  {
    path: ['trustedDocuments', 'mode'],
    error:
      'Clients could register any text as an automatic persisted query: set ' +
      'graphql.persistedQueries.enabled to false',
  },
);

/** The whole file: one room's schema beside the other. An empty file is a valid one. */
export const gatewayConfig = z.strictObject({
  version: z.literal(1).default(1).describe('Version of this format. Default 1, the only one'),
  production: z
    .boolean()
    .default(false)
    .describe(
      'Whether this is a gateway for the public. Then introspection, suggestions and GraphiQL are ' +
        'off unless they are switched on by themselves. Default: whether NODE_ENV is production',
    ),
  server: serverOptions.prefault({}).describe('The addresses, and what is accepted on them'),
  redis: redisOptions
    .optional()
    .describe('Where gateways and workers keep what they share, such as sessions. Default nowhere'),
  auth: authOptions
    .prefault({})
    .describe('Ways to prove who calls, by names of your own. Default none'),
  graphql: graphql.prefault({}).describe('The GraphQL endpoint and what is behind it'),
  observability: observabilityOptions.prefault({}).describe('Log and request ids'),
});

/** What an operator writes. */
export type GatewayInput = z.input<typeof gatewayConfig>;
/** What the code is given: every default filled in, times in milliseconds, sizes in bytes. */
export type GatewayConfig = z.output<typeof gatewayConfig>;
