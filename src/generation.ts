import type { GraphQLSchema } from 'graphql';
import type { Authentication } from './auth/authentication.ts';
import { Authorization } from './auth/authorization/authorization.ts';
import { type DecidePolicies, Policies } from './auth/policies/policies.ts';
import type { SchemePool } from './auth/scheme-pool.ts';
import { HttpClient } from './clients/http.ts';
import type { GatewayConfig } from './config/schema.ts';
import { ApolloFront, type ApolloPlugin } from './edge/apollo.ts';
import { StartupError } from './errors.ts';
import type { ExecutionBounds } from './execute/bounds.ts';
import { Executor } from './execute/executor.ts';
import { SharedExecutions } from './execute/shared-executions.ts';
import { Deadline } from './lib/deadline.ts';
import { Disposer } from './lib/disposer.ts';
import type { Logger } from './observability/log.ts';
import type { Metrics } from './observability/metrics.ts';
import { DemandControl } from './operation/cost/demand-control.ts';
import { Documents } from './operation/documents.ts';
import { OperationLimits } from './operation/limits/limits.ts';
import type { Operation } from './operation/operation.ts';
import type { PlanningOptions } from './plan/options.ts';
import { ActiveLabels, type DecideLabel } from './plan/overrides/active-labels.ts';
import { PlanCosts } from './plan/plan-costs.ts';
import type { Planner } from './plan/planner.ts';
import type { PlannerInput } from './plan/planner-threads.ts';
import { Plans } from './plan/plans.ts';
import { startPlanner } from './plan/threaded-planner.ts';
import { type WarmUpOutcome, warmUp } from './plan/warm-up.ts';
import { createMask } from './respond/mask.ts';
import { passesCookies } from './subgraph/headers.ts';
import { type IdentityHeaders, identityHeaders } from './subgraph/identity-headers.ts';
import { type SubgraphOptions, subgraphOptionsFor } from './subgraph/options.ts';
import { httpTransport } from './subgraph/transports/http.ts';
import { type SubgraphCall, type SubgraphLayer, upstream } from './upstream.ts';

/** One supergraph with everything that was made for it. It never changes: a new one replaces it. */
export interface Generation extends AsyncDisposable {
  readonly schema: GraphQLSchema;
  /** Undefined where all callers are anonymous. */
  readonly authentication: Authentication | undefined;
  /** Undefined where the supergraph asks nothing of callers. */
  readonly authorization: Authorization<Operation> | undefined;
  readonly documents: Documents;
  /** Undefined while costs are neither measured nor enforced. */
  readonly demandControl: DemandControl | undefined;
  readonly plans: Plans;
  readonly activeLabels: ActiveLabels;
  /** How much is planned ahead for this one before it is served. */
  readonly warmUp: PlanningOptions['warmUp'];
  readonly executor: Executor;
  readonly front: ApolloFront;
  readonly subgraphs: ReadonlyMap<string, Subgraph>;
  /** What tells subgraphs who calls; clients have no say in it. */
  readonly identityHeaders: IdentityHeaders;
  /** Undefined where the operator's own layers may tell callers apart by anything. */
  readonly shared: SharedExecutions | undefined;
}

/** A subgraph as it is called. */
export interface Subgraph {
  readonly options: SubgraphOptions;
  readonly call: SubgraphCall;
}

/** What all generations of one gateway have in common. */
export interface GenerationContext {
  readonly config: GatewayConfig;
  readonly subgraphLayers: readonly SubgraphLayer[];
  readonly apolloPlugins: readonly ApolloPlugin[];
  readonly overrideLabel?: DecideLabel | undefined;
  readonly schemes: SchemePool;
  readonly policies?: DecidePolicies | undefined;
  readonly metrics: Metrics;
  readonly log: Logger;
}

/** Makes a composed supergraph ready for requests, or says with a `StartupError` why it is not. */
export async function buildGeneration(
  supergraphSdl: string,
  context: GenerationContext,
  signal: AbortSignal,
): Promise<Generation> {
  const disposer = new Disposer();
  try {
    const planner = disposer.use(await startPlanner(plannerInput(supergraphSdl, context), signal));
    return await assemble(supergraphSdl, planner, context, disposer);
  } catch (failure) {
    await disposer[Symbol.asyncDispose]();
    throw failure;
  }
}

/**
 * Plans for `next` what `previous` was asked most, within the bounds of the configuration, so that
 * requests need not wait for it once `next` is served. `signal` ends it early; it never fails.
 */
export async function warmGeneration(
  next: Generation,
  previous: Generation,
  signal: AbortSignal,
): Promise<WarmUpOutcome> {
  const { operations, timeout } = next.warmUp;
  using limit = new Deadline(signal, timeout);
  return await warmUp(next, previous.plans.mostUsed(operations), limit.signal);
}

function plannerInput(sdl: string, { config, metrics, log }: GenerationContext): PlannerInput {
  const { supergraph, planning } = config.graphql;
  return {
    sdl,
    file: supergraph !== undefined && 'file' in supergraph ? supergraph.file : undefined,
    options: planning,
    observer: {
      waiting: (change) => metrics.waitingPlans(change),
      lost(reason, err) {
        metrics.plannerRestart(reason);
        log.warn({ reason, err }, 'A planner ended before its time');
      },
    },
  };
}

async function assemble(
  supergraphSdl: string,
  planner: Planner,
  context: GenerationContext,
  disposer: Disposer,
): Promise<Generation> {
  const { graphql } = context.config;
  const authentication = await openAuthentication(context, disposer);
  const control = demandControl(planner, context);
  const subgraphs = connectSubgraphs(planner, context, disposer);
  const documents = new Documents(planner.apiSchema, graphql.documentCache.size, {
    limits: new OperationLimits(graphql.limits),
    // Where the schema is filtered, names are suggested to each caller by itself.
    suggestions: graphql.suggestions && graphql.introspection !== 'filtered',
  });
  const front = await ApolloFront.start({
    schema: planner.apiSchema,
    supergraphSdl,
    formatError: createMask(graphql.errors),
    plugins: context.apolloPlugins,
    log: context.log,
  });
  return {
    schema: planner.apiSchema,
    authentication,
    authorization: authorization(planner, context, disposer),
    documents,
    demandControl: control,
    plans: new Plans(planner, graphql.planCache.size),
    activeLabels: new ActiveLabels(
      planner.overrideLabels,
      graphql.progressiveOverride,
      context.overrideLabel,
    ),
    warmUp: graphql.planning.warmUp,
    executor: new Executor(
      planner.apiSchema,
      planner.possibleTypes,
      planCosts(control, planner, graphql),
      boundsOf(graphql),
    ),
    front: disposer.use(front),
    subgraphs,
    identityHeaders: identityHeaders(graphql.subgraphs),
    shared: context.subgraphLayers.length > 0 ? undefined : new SharedExecutions(),
    [Symbol.asyncDispose]: () => disposer[Symbol.asyncDispose](),
  };
}

async function openAuthentication(
  { config, schemes }: GenerationContext,
  disposer: Disposer,
): Promise<Authentication | undefined> {
  const { auth, graphql, observability } = config;
  const logsSubject = observability.log.subject;
  const opened = await schemes.open({ auth, accepted: graphql.auth, logsSubject });
  return opened && disposer.use(opened).authentication;
}

function authorization(
  { apiSchema, access }: Planner,
  { config, policies }: GenerationContext,
  disposer: Disposer,
): Authorization<Operation> | undefined {
  if (access.fields.size === 0) return undefined;
  const { authorization: options, response, introspection } = config.graphql;
  return new Authorization({
    schema: apiSchema,
    facts: access,
    policies: disposer.use(new Policies(options.policies, policies)),
    options,
    mostErrors: response.errors,
    filtersSchema: introspection === 'filtered',
  });
}

function boundsOf({ response, subgraphs }: GatewayConfig['graphql']): ExecutionBounds {
  const { errors, ...answer } = response;
  const own = new Map<string, number>();
  for (const name of Object.keys(subgraphs)) {
    own.set(name, subgraphOptionsFor(name, subgraphs).entities.max);
  }
  const entitiesOf = (name: string) => own.get(name) ?? subgraphs.all.entities.max;
  return { answer, errors, entitiesOf };
}

function demandControl(
  planner: Planner,
  { config, metrics }: GenerationContext,
): DemandControl | undefined {
  const { cost } = config.graphql;
  const known = new Set(['all', ...planner.subgraphs.map(({ name }) => name)]);
  const problems = Object.keys(cost.subgraphs)
    .filter((name) => !known.has(name))
    .map((name) => ({
      code: 'UNKNOWN_SUBGRAPH',
      message: `graphql.cost.subgraphs names "${name}", which the supergraph does not have`,
    }));
  if (problems.length > 0) throw new StartupError('configuration', problems);
  return cost.mode === 'off' ? undefined : new DemandControl(planner, cost, metrics.costs);
}

function planCosts(
  control: DemandControl | undefined,
  planner: Planner,
  { errors }: GatewayConfig['graphql'],
): PlanCosts | undefined {
  if (control === undefined) return undefined;
  const subgraphs = planner.subgraphs.map(({ name }) => name);
  return new PlanCosts(control, { subgraphs, namesSubgraphs: errors.service });
}

/** Each subgraph with its own connections; the configuration may say where it is and how to call. */
function connectSubgraphs(
  planner: Planner,
  { config, subgraphLayers, metrics }: GenerationContext,
  disposer: Disposer,
): ReadonlyMap<string, Subgraph> {
  const subgraphs = new Map<string, Subgraph>();
  for (const { name, url } of planner.subgraphs) {
    const options = subgraphOptionsFor(name, config.graphql.subgraphs);
    const client = disposer.use(clientFor(options));
    const target = { url: addressOf(name, options.url ?? url), maxDepth: options.response.depth };
    const send = httpTransport(client, target);
    const totalTimeoutMs = options.timeout.total;
    const layers = subgraphLayers;
    const deduplicate = options.deduplicate && !passesCookies(options.headers.response);
    const idHeader = config.observability.requestId.header;
    const how = { subgraph: name, totalTimeoutMs, layers, metrics, deduplicate, idHeader };
    const call = upstream(send, how);
    subgraphs.set(name, { options, call });
  }
  return subgraphs;
}

function clientFor({ connections, timeout, response }: SubgraphOptions): HttpClient {
  return new HttpClient({
    connections: connections.max,
    keepAliveMs: connections.keepAlive,
    connectTimeoutMs: timeout.connect,
    maxBodyBytes: response.size,
  });
}

function addressOf(name: string, url: string): URL {
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return new URL(url);
  const message = `The subgraph "${name}" has no URL to call: set graphql.subgraphs.${name}.url`;
  throw new StartupError('configuration', [{ code: 'SUBGRAPH_URL_MISSING', message }]);
}
