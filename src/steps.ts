import type { GraphQLError } from 'graphql';
import { refuseGuarded } from './auth/guarded.ts';
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
import type { Operation } from './operation/operation.ts';
import { PersistedQueries, textAsSent } from './operation/persisted-queries.ts';
import { prepare } from './operation/prepare.ts';
import type { Steps, Work } from './pipeline.ts';
import { askedForPlan, exposedPlan } from './plan/expose.ts';
import type { Plan, Plans } from './plan/plans.ts';
import { cut } from './respond/mask.ts';
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
  const { introspection, persistedQueries } = config.graphql;
  const known = new PersistedQueries(persistedQueries.size);
  const textOf = persistedQueries.enabled
    ? (request: GraphQLRequest) => known.textOf(request)
    : textAsSent;
  return {
    lifetime,
    lease: () => generations.lease(),
    prepare(request, { schema, documents }) {
      const prepared = prepare(request, { schema, documents, introspection, textOf });
      const { name, kind } = prepared.operation;
      request.log.note({ operation: name, kind });
      metrics.document(prepared.cached);
      return prepared;
    },
    authorize: (operation, { guarded, schema }) =>
      refuseGuarded(guarded, schema, operation.document.ast),
    plan(operation, graph, request, signal) {
      const labels = graph.activeLabels.for(operation, request);
      const known = 'then' in labels ? undefined : graph.plans.known(operation, labels);
      if (known === undefined) return made(operation, labels, graph.plans, metrics, signal);
      metrics.plan(true, 0);
      return known;
    },
    execute: (work, signal) => execute(work, context, signal),
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

async function execute(
  work: Work<Generation>,
  { config, metrics }: StepsContext,
  signal: Cancellation,
): Promise<FrontExecution> {
  const { request, graph, plan } = work;
  const asked = config.graphql.exposePlan ? askedForPlan(request.headers) : 'no';
  const extensions = asked === 'no' ? {} : { apolloQueryPlan: exposedPlan(plan) };
  if (asked === 'only') return { data: 'null', errors: [], headers: {}, extensions };
  const forwarded = new Forwarded(request, config.observability.requestId.header);
  const run: Call<Plan, SharedResult> = (_, until) => runPlan(work, forwarded, until);
  const key = sharedKey(work, forwarded, config);
  try {
    const result = await (key === undefined || graph.shared === undefined
      ? run(plan, signal)
      : graph.shared.run(plan, key, run, signal));
    reportErrors(result.errors, request, metrics);
    return { ...result, extensions };
  } catch (cause) {
    throw signal.aborted ? GatewayError.from(signal.reason) : cause;
  }
}

async function runPlan(
  work: Work<Generation>,
  forwarded: Forwarded,
  signal: Cancellation,
): Promise<SharedResult> {
  const replyHeaders = new ReplyHeaders();
  const send = sender(work, forwarded, replyHeaders);
  const result = await work.graph.executor.execute(work.plan, work.variables, send, signal);
  return { ...result, headers: replyHeaders.toHeaders() };
}

/** What tells executions of one plan apart; undefined for one that is not shared. */
function sharedKey(
  { graph, plan, variables }: Work<Generation>,
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
  return [JSON.stringify(variables), ...keys].join();
}

/** Puts the client's headers on each fetch, and takes those of the answer for the reply. */
function sender(
  { request, graph }: Work<Generation>,
  forwarded: Forwarded,
  replyHeaders: ReplyHeaders,
): Send {
  return async (fetch, signal): Promise<SubgraphAnswer> => {
    const subgraph = graph.subgraphs.get(fetch.subgraph);
    if (subgraph === undefined) throw new TypeError('A plan names subgraphs of its supergraph');
    const { request: rules, response } = subgraph.options.headers;
    const sent = subgraphRequest(fetch, forwarded.by(rules), request);
    const answer = await subgraph.call(sent, signal);
    replyHeaders.add(response, answer.headers);
    return answer;
  };
}

/** Most errors of one answer that are logged one by one. */
const mostLogged = 20;

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
    log.warn({ error: { message: cut(message), path, extensions } }, 'An error in the answer');
  }
}

/** The subgraph that an error is of: it reported it, or its call failed. */
function subgraphOf(error: unknown): string {
  if (error instanceof SubgraphError) return error.subgraph;
  const service = error instanceof GatewayError ? error.extensions['service'] : undefined;
  return typeof service === 'string' ? service : '';
}

/** A request that failed as a whole: clients' faults are told in the request's own line. */
function tell(error: GatewayError, { log }: GraphQLRequest, metrics: Metrics): void {
  log.note({ code: error.code });
  metrics.error(error.code, '');
  if (error.fault !== 'client') log.error({ err: error }, error.message);
}
