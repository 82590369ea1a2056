import type { GraphQLSchema } from 'graphql';
import type { Authentication } from './auth/authentication.ts';
import { Authorization } from './auth/authorization/authorization.ts';
import { type DecidePolicies, Policies } from './auth/policies/policies.ts';
import type { SchemePool } from './auth/scheme-pool.ts';
import type { GatewayConfig } from './config/schema.ts';
import { connectSubgraphs, type Subgraph, type SubgraphsContext } from './connect-subgraphs.ts';
import { ApolloFront, type ApolloPlugin } from './edge/apollo.ts';
import { StartupError } from './errors.ts';
import { defaultTurn, type ExecutionBounds } from './execute/bounds.ts';
import { Executor } from './execute/executor.ts';
import { SharedExecutions } from './execute/shared-executions.ts';
import { Deadline } from './lib/deadline.ts';
import { Disposer } from './lib/disposer.ts';
import { type DocumentsContext, documentsOf, trustedDocuments } from './open-documents.ts';
import { DemandControl } from './operation/cost/demand-control.ts';
import type { Documents } from './operation/documents.ts';
import { OperationLimits } from './operation/limits/limits.ts';
import type { Operation } from './operation/operation.ts';
import type { TrustedDocuments } from './operation/trusted/trusted-documents.ts';
import type { PlanningOptions } from './plan/options.ts';
import { ActiveLabels, type DecideLabel } from './plan/overrides/active-labels.ts';
import { PlanCosts } from './plan/plan-costs.ts';
import type { Planner } from './plan/planner.ts';
import type { PlannerInput } from './plan/planner-threads.ts';
import { Plans } from './plan/plans.ts';
import { startPlanner } from './plan/threaded-planner.ts';
import { type WarmUpOutcome, warmUp } from './plan/warm-up.ts';
import { createMask } from './respond/mask.ts';
import { type IdentityHeaders, identityHeaders } from './subgraph/identity-headers.ts';
import { subgraphOptionsFor } from './subgraph/options.ts';
import { tellsCallersApart } from './subgraph/request-values.ts';

/** One supergraph with everything that was made for it. It never changes: a new one replaces it. */
export interface Generation extends AsyncDisposable {
  readonly schema: GraphQLSchema;
  /** Undefined where all callers are anonymous. */
  readonly authentication: Authentication | undefined;
  /** Undefined where the supergraph asks nothing of callers. */
  readonly authorization: Authorization<Operation> | undefined;
  readonly documents: Documents;
  /** Undefined where no documents are known beforehand. */
  readonly trustedDocuments: TrustedDocuments | undefined;
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

/** What all generations of one gateway have in common. */
export interface GenerationContext extends SubgraphsContext, DocumentsContext {
  readonly apolloPlugins: readonly ApolloPlugin[];
  readonly overrideLabel?: DecideLabel | undefined;
  readonly schemes: SchemePool;
  readonly policies?: DecidePolicies | undefined;
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
  const subgraphs = await connectSubgraphs(planner, context, disposer);
  const documents = documentsOf(planner, graphql, new OperationLimits(graphql.limits));
  const plans = new Plans(planner, graphql.planCache.size);
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
    trustedDocuments: await trustedDocuments({ documents, plans }, planner, context, disposer),
    demandControl: control,
    plans,
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
    shared: mayShare(context) ? new SharedExecutions() : undefined,
    [Symbol.asyncDispose]: () => disposer[Symbol.asyncDispose](),
  };
}

async function openAuthentication(
  { config, schemes }: GenerationContext,
  disposer: Disposer,
): Promise<Authentication | undefined> {
  const { auth, graphql, observability, redis } = config;
  const logsSubject = observability.log.subject;
  const opened = await schemes.open({ auth, accepted: graphql.auth, logsSubject, redis });
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
  return { answer, errors, entitiesOf, turn: defaultTurn };
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

/** Whether equal operations of different callers may have one execution. */
function mayShare({ config, subgraphLayers }: GenerationContext): boolean {
  const split = Object.values(config.graphql.subgraphs).some((own) => {
    return 'split' in own && tellsCallersApart(own.split);
  });
  return subgraphLayers.length === 0 && !split;
}
