// For those who run a gateway from their own code.
export { ConfigurationFile, type ConfigurationSource } from './config/configuration-file.ts';
export { type LoadedConfig, type LoadOptions, loadConfig } from './config/load.ts';
export type { GatewayConfig, GatewayInput } from './config/schema.ts';

// For those who put code of their own round requests and subgraph calls.

export type { DecidePolicies } from './auth/policies/policies.ts';
export type { PublicScheme as Scheme } from './auth/scheme.ts';
export type {
  Caller,
  ClientCertificate,
  ClientConnection,
  GraphQLRequest,
  Log,
  MediaType,
  Presented,
  Reply,
  RequestLog,
  SubgraphAnswer,
  SubgraphErrorBody,
  SubgraphRequest,
} from './context.ts';
export type { ApolloPlugin, FrontContext } from './edge/apollo.ts';
export {
  type ErrorCode,
  type Fault,
  GatewayError,
  type Problem,
  StartupError,
  type StartupFailure,
} from './errors.ts';
export { createGateway, type Gateway, type GatewayOptions } from './gateway.ts';
export type { PublicCall as Call, PublicLayer as Layer } from './lib/call.ts';
export type { DecideLabel } from './plan/overrides/active-labels.ts';
export type { ReloadReport } from './reload.ts';
