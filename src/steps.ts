import type { GraphQLSchema } from 'graphql';
import type { Authentication } from './auth/authentication.ts';
import type { Access } from './auth/authorization/authorization.ts';
import { withDenials } from './auth/authorization/denials.ts';
import { type Admission, admission } from './auth/rules/rules.ts';
import type { GatewayConfig } from './config/schema.ts';
import type { Caller, GraphQLRequest } from './context.ts';
import type { FrontExecution } from './edge/apollo.ts';
import { Cors } from './edge/cors.ts';
import { refuseForged, type Trusts } from './edge/csrf.ts';
import { redirectToLogin } from './edge/to-login.ts';
import { withoutCookie } from './edge/without-cookie.ts';
import { GatewayError } from './errors.ts';
import { execute } from './execution.ts';
import type { Generation } from './generation.ts';
import type { Awaitable } from './lib/call.ts';
import type { Cancellation } from './lib/cancellation.ts';
import type { Metrics } from './observability/metrics.ts';
import { type Exceeded, LimitsExceeded } from './operation/limits/exceeded.ts';
import { OperationLimits } from './operation/limits/limits.ts';
import type { Operation } from './operation/operation.ts';
import { PersistedQueries, textAsSent } from './operation/persisted-queries.ts';
import { type PreparedOperation, type PrepareOptions, prepare } from './operation/prepare.ts';
import { Suggestions } from './operation/suggestions.ts';
import type { Steps, Work } from './pipeline.ts';
import type { Plan, Plans } from './plan/plans.ts';
import { failureReply, resultReply } from './respond/reply.ts';
import type { Generations } from './supergraph/generations.ts';

export interface StepsContext {
  readonly config: GatewayConfig;
  readonly generations: Generations<Generation>;
  readonly metrics: Metrics;
  readonly lifetime: Cancellation;
}

/** Hands each step of the pipeline what it needs of the rooms. */
export function pipelineSteps(context: StepsContext): Steps<Generation> {
  const { config, generations, metrics, lifetime } = context;
  const { introspection, suggestions, persistedQueries } = config.graphql;
  const limits = new OperationLimits(config.graphql.limits);
  const isOpen = introspection !== false;
  const suggesting =
    suggestions && introspection === 'filtered' ? preparingWithSuggestions(limits) : undefined;
  const known = new PersistedQueries(persistedQueries.size);
  const cors = config.graphql.cors && new Cors(config.graphql.cors, '');
  const trusts = (origin: string) => cors?.trusts(origin) === true;
  const { allow } = config.graphql.auth;
  const admit = allow && admission(allow);
  const textOf = persistedQueries.enabled
    ? (request: GraphQLRequest) => known.textOf(request)
    : textAsSent;
  return {
    lifetime,
    timeoutMs: config.graphql.timeout,
    lease: () => generations.lease(),
    authenticate: (request, { authentication }, signal) =>
      authentication === undefined
        ? request
        : identified(request, authentication, { trusts, admit }, signal),
    prepare(request, { schema, documents, trustedDocuments, authorization }) {
      const trusted = trustedDocuments?.find(request, textOf);
      const options = {
        schema,
        documents: trusted?.documents ?? documents,
        introspection: isOpen,
        suggestions,
        limits,
        text: trusted?.text ?? textOf(request),
      };
      const view = (of: GraphQLRequest) => authorization?.viewFor(of) ?? schema;
      const prepared = suggesting ? suggesting(request, options, view) : prepare(request, options);
      const { name, kind } = prepared.operation;
      request.log.note({ operation: name, kind });
      metrics.document(prepared.cached);
      if (prepared.exceeded.length > 0) tellLimits(prepared.exceeded, request, metrics);
      return prepared;
    },
    authorize: ({ operation, variables }, { authorization }, request, signal) =>
      authorization?.authorize({ operation, variables, request }, signal),
    deny: (access) => told(denied, access, context),
    admit: ({ operation, variables }, { demandControl }, request) =>
      demandControl?.admit(operation, variables, request),
    plan(operation, graph, request, signal) {
      const labels = graph.activeLabels.for(operation, request);
      const known = 'then' in labels ? undefined : graph.plans.known(operation, labels);
      if (known === undefined) return made(operation, labels, graph.plans, metrics, signal);
      metrics.plan(true, 0);
      return known;
    },
    execute: (work, signal) =>
      work.access === undefined
        ? execute(work, context, signal)
        : executeLeft(work, work.access, context, signal),
    respond(answer, request) {
      const status = answer.status ?? (answer.data === undefined ? 500 : 200);
      return resultReply(answer, status, answer.headers, request);
    },
    fail(error, request) {
      tell(error, request, metrics);
      return redirectToLogin(error, request) ?? failureReply(error, request);
    },
  };
}

/** Prepares an operation; of what is wrong with it, suggests names that its caller may see. */
function preparingWithSuggestions(limits: OperationLimits) {
  const all = new Suggestions(limits);
  return (
    request: GraphQLRequest,
    options: PrepareOptions,
    viewFor: (request: GraphQLRequest) => GraphQLSchema,
  ): PreparedOperation => {
    try {
      return prepare(request, options);
    } catch (thrown) {
      if (!(thrown instanceof GatewayError) || thrown.code !== 'GRAPHQL_VALIDATION_FAILED')
        throw thrown;
      throw all.added(thrown, options.text, viewFor(request));
    }
  };
}

/** A caller whom a layer has named already stays who it is. */
function identified(
  request: GraphQLRequest,
  authentication: Authentication,
  { trusts, admit }: { readonly trusts: Trusts; readonly admit: Admission | undefined },
  signal: Cancellation,
): Awaitable<GraphQLRequest> {
  if (request.caller !== undefined) {
    admit?.(request.caller, request, authentication.challengeOf);
    return request;
  }
  const found = authentication.identify(request, signal);
  if (found === undefined) return request;
  const accept = (caller: Caller | undefined) => {
    if (caller === undefined) return request;
    const { cookie } = caller;
    if (cookie !== undefined && request.method !== 'GET')
      refuseForged(request.headers, cookie, trusts);
    admit?.(caller, request, authentication.challengeOf);
    if (cookie === undefined) return { ...request, caller };
    return { ...request, caller, headers: withoutCookie(request.headers, cookie.name) };
  };
  return found instanceof Promise ? found.then(accept) : accept(found);
}

/** A plan that was not kept, or whose labels are still to be decided on. */
async function made(
  operation: Operation,
  labels: Awaitable<readonly string[]>,
  plans: Plans,
  metrics: Metrics,
  signal: Cancellation,
): Promise<Plan> {
  const startedMs = performance.now();
  const { plan, cached } = await plans.get(operation, await labels, signal);
  metrics.plan(cached, (performance.now() - startedMs) / 1_000);
  return plan;
}

const denied: FrontExecution = { data: 'null', errors: [], headers: {}, extensions: {} };

/** Executes what is left of an operation, and tells of the rest. */
async function executeLeft(
  work: Work<Generation>,
  access: Access<Operation>,
  context: StepsContext,
  signal: Cancellation,
): Promise<FrontExecution> {
  return told(await execute(work, context, signal), access, context);
}

function told(
  execution: FrontExecution,
  { errors }: Access<Operation>,
  { config, metrics }: StepsContext,
): FrontExecution {
  for (const { extensions } of errors) metrics.error(extensions['code'], '');
  return withDenials(execution, errors, config.graphql.authorization);
}

/** A request that failed as a whole: clients' faults are told in the request's own line. */
function tell(error: GatewayError, request: GraphQLRequest, metrics: Metrics): void {
  const { log } = request;
  log.note({ code: error.code });
  metrics.error(error.code, '');
  if (error instanceof LimitsExceeded) tellLimits(error.exceeded, request, metrics);
  if (error.fault !== 'client') log.error({ err: error }, error.message);
}

/** Those that an operation exceeds and is served all the same have a line of their own. */
function tellLimits(
  exceeded: readonly Exceeded[],
  { log }: GraphQLRequest,
  metrics: Metrics,
): void {
  for (const { limit, warnOnly } of exceeded) metrics.limit(limit, warnOnly);
  const told = exceeded.map(({ limit, message }) => ({ limit, message }));
  if (exceeded.every(({ warnOnly }) => warnOnly)) {
    log.warn({ limits: told }, 'An operation is served beyond its limits');
  } else {
    log.note({ limits: told });
  }
}
