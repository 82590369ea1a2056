import type { GraphQLError, GraphQLSchema } from 'graphql';
import type { Authentication } from './auth/authentication.ts';
import type { Access } from './auth/authorization/authorization.ts';
import { withDenials } from './auth/authorization/denials.ts';
import type { GatewayConfig } from './config/schema.ts';
import type { GraphQLRequest, SubgraphAnswer } from './context.ts';
import type { FrontExecution } from './edge/apollo.ts';
import { GatewayError, SubgraphError } from './errors.ts';
import type { Send } from './execute/fetch-document.ts';
import type { SharedResult } from './execute/shared-executions.ts';
import type { Generation } from './generation.ts';
import type { Awaitable, Call } from './lib/call.ts';
import type { Cancellation } from './lib/cancellation.ts';
import type { Metrics } from './observability/metrics.ts';
import type { AnswerCount } from './operation/cost/answer-prices.ts';
import { type Exceeded, LimitsExceeded } from './operation/limits/exceeded.ts';
import { OperationLimits } from './operation/limits/limits.ts';
import type { Operation } from './operation/operation.ts';
import { PersistedQueries, textAsSent } from './operation/persisted-queries.ts';
import { type PreparedOperation, type PrepareOptions, prepare } from './operation/prepare.ts';
import { Suggestions } from './operation/suggestions.ts';
import type { Steps, Work } from './pipeline.ts';
import { askedForPlan, exposedPlan } from './plan/expose.ts';
import type { Plan, Plans } from './plan/plans.ts';
import { failureReply, resultReply } from './respond/reply.ts';
import { Forwarded, type ForwardedHeaders } from './subgraph/forwarded.ts';
import { passesCookies, ReplyHeaders } from './subgraph/headers.ts';
import { subgraphRequest } from './subgraph/request.ts';
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
  const textOf = persistedQueries.enabled
    ? (request: GraphQLRequest) => known.textOf(request)
    : textAsSent;
  return {
    lifetime,
    timeoutMs: config.graphql.timeout,
    lease: () => generations.lease(),
    authenticate: (request, { authentication }, signal) =>
      authentication === undefined ? request : identified(request, authentication, signal),
    prepare(request, { schema, documents, authorization }) {
      const options = { schema, documents, introspection: isOpen, suggestions, limits, textOf };
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
      return failureReply(error, request);
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
      throw all.added(thrown, options.textOf(request), viewFor(request));
    }
  };
}

/** A caller whom a layer has named already stays who it is. */
function identified(
  request: GraphQLRequest,
  authentication: Authentication,
  signal: Cancellation,
): Awaitable<GraphQLRequest> {
  if (request.caller !== undefined) return request;
  const found = authentication.identify(request, signal);
  if (found === undefined) return request;
  if (!(found instanceof Promise)) return { ...request, caller: found };
  return found.then((caller) => (caller === undefined ? request : { ...request, caller }));
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

async function execute(
  work: Work<Generation>,
  { config, metrics }: StepsContext,
  signal: Cancellation,
): Promise<FrontExecution> {
  const { request, graph, plan, bill } = work;
  const asked = config.graphql.exposePlan ? askedForPlan(request.headers) : 'no';
  const extensions = asked === 'no' ? {} : { apolloQueryPlan: exposedPlan(plan) };
  if (asked === 'only') {
    return { data: 'null', errors: [], headers: costHeaders(work) ?? {}, extensions };
  }
  const { header: idHeader } = config.observability.requestId;
  const forwarded = new Forwarded(request, idHeader, graph.identityHeaders);
  const run: Call<Plan, SharedResult> = (_, until) => runPlan(work, forwarded, until);
  const key = sharedKey(work, forwarded, config);
  try {
    const result = await (key === undefined || graph.shared === undefined
      ? run(plan, signal)
      : graph.shared.run(plan, key, run, signal));
    reportErrors(result.errors, request, metrics);
    if (bill === undefined) return { ...result, extensions };
    const headers = { ...result.headers, ...costHeaders(work, result.cost) };
    return { ...result, extensions, headers };
  } catch (cause) {
    throw signal.aborted ? GatewayError.from(signal.reason) : cause;
  }
}

/** Notes what was paid, where costs are looked at, and gives the headers that tell of it. */
function costHeaders({ bill, graph, request }: Work<Generation>, actual?: number) {
  return bill && graph.demandControl?.settle(bill, actual, request);
}

async function runPlan(
  work: Work<Generation>,
  forwarded: Forwarded,
  signal: Cancellation,
): Promise<SharedResult> {
  const replyHeaders = new ReplyHeaders();
  const answers = work.bill && work.graph.demandControl?.answers(work.variables);
  const send = sender(work, forwarded, { replyHeaders, answers });
  const { graph, plan, variables, request } = work;
  const { batchSize = 1 } = request;
  const result = await graph.executor.execute(plan, variables, send, signal, 1 / batchSize);
  const cost = answers?.cost ?? result.cost;
  return { ...result, cost, headers: replyHeaders.toHeaders() };
}

/** What tells executions of one plan apart; undefined for one that is not shared. */
function sharedKey(
  { request, graph, plan, variables }: Work<Generation>,
  forwarded: Forwarded,
  { graphql }: GatewayConfig,
): string | undefined {
  const { kind, name } = plan.operation;
  const { enabled, except } = graphql.deduplicate;
  if (!enabled || kind !== 'query') return undefined;
  if (name !== undefined && except.includes(name)) return undefined;
  // By rules, not by what comes of them: for all callers these are the same ones in the same order.
  const headers = new Set<ForwardedHeaders>();
  for (const subgraph of graph.executor.subgraphsOf(plan)) {
    const rules = graph.subgraphs.get(subgraph)?.options.headers;
    if (rules === undefined || passesCookies(rules.response)) return undefined;
    headers.add(forwarded.by(rules.request));
  }
  const keys = [...headers].map(({ key }) => key);
  const { batchSize = 1 } = request;
  const size = batchSize === 1 ? [] : [batchSize];
  return [JSON.stringify(variables), ...size, ...keys].join();
}

/** What is taken of the answers to one execution. */
interface Gathering {
  readonly replyHeaders: ReplyHeaders;
  /** What they cost, where that is counted. */
  readonly answers: AnswerCount | undefined;
}

/** Puts the client's headers on each fetch, and takes those of the answer for the reply. */
function sender(
  { request, graph }: Work<Generation>,
  forwarded: Forwarded,
  { replyHeaders, answers }: Gathering,
): Send {
  return async (fetch, signal): Promise<SubgraphAnswer> => {
    const subgraph = graph.subgraphs.get(fetch.subgraph);
    if (subgraph === undefined) throw new TypeError('A plan names subgraphs of its supergraph');
    const { request: rules, response } = subgraph.options.headers;
    const sent = subgraphRequest(fetch, forwarded.by(rules), request);
    const answer = await subgraph.call(sent, signal);
    replyHeaders.add(response, answer.headers);
    answers?.add(fetch.document, answer.data);
    return answer;
  };
}

/** Most errors of one answer that are logged one by one. */
const mostLogged = 20;
/** Longest message of one that is logged, in characters; clients read less of it. */
const longestLogged = 2_000;

/** Counts the errors of an answer, and logs them as they are: the client may read less. */
function reportErrors(
  errors: readonly GraphQLError[],
  { log }: GraphQLRequest,
  metrics: Metrics,
): void {
  if (errors.length === 0) return;
  log.note({ errors: errors.length });
  for (const { originalError, extensions } of errors) {
    metrics.error(extensions['code'], subgraphOf(originalError));
  }
  for (const { message, path, extensions } of errors.slice(0, mostLogged)) {
    const error = { message: message.slice(0, longestLogged), path, extensions };
    log.warn({ error }, 'An error in the answer');
  }
}

/** The subgraph that an error is of: it reported it, or its call failed. */
function subgraphOf(error: unknown): string {
  if (error instanceof SubgraphError) return error.subgraph;
  const service = error instanceof GatewayError ? error.extensions['service'] : undefined;
  return typeof service === 'string' ? service : '';
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
