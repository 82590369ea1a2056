import type { IdentityTokens } from './auth/identity-tokens/identity-tokens.ts';
import type { GatewayConfig } from './config/schema.ts';
import type { Caller, SubgraphAnswer } from './context.ts';
import type { FrontExecution } from './edge/apollo.ts';
import { GatewayError } from './errors.ts';
import type { Send } from './execute/fetch-document.ts';
import type { SharedResult } from './execute/shared-executions.ts';
import type { Generation } from './generation.ts';
import type { Awaitable } from './lib/call.ts';
import type { Cancellation } from './lib/cancellation.ts';
import { reportErrors } from './observability/answer-errors.ts';
import type { Metrics } from './observability/metrics.ts';
import type { AnswerCount } from './operation/cost/answer-prices.ts';
import type { Work } from './pipeline.ts';
import { askedForPlan, exposedPlan } from './plan/expose.ts';
import { Forwarded, type ForwardedHeaders } from './subgraph/forwarded.ts';
import { passesCookies, ReplyHeaders } from './subgraph/headers.ts';
import { subgraphRequest } from './subgraph/request.ts';

export interface ExecutionContext {
  readonly config: GatewayConfig;
  readonly metrics: Metrics;
}

/** Executes a plan, or has its result from an equal execution that is under way. */
export async function execute(
  work: Work<Generation>,
  { config, metrics }: ExecutionContext,
  signal: Cancellation,
): Promise<FrontExecution> {
  const { request, graph, plan, bill } = work;
  const asked = config.graphql.exposePlan ? askedForPlan(request.headers) : 'no';
  const extensions = asked === 'no' ? {} : { apolloQueryPlan: await exposedPlan(plan) };
  if (asked === 'only') {
    return { data: 'null', errors: [], headers: costHeaders(work) ?? {}, extensions };
  }
  const { header: idHeader } = config.observability.requestId;
  const forwarded = new Forwarded(request, idHeader, graph.identityHeaders);
  const key = sharedKey(work, forwarded, config);
  const flights = key === undefined ? undefined : graph.shared?.of(plan);
  try {
    const run = (until: Cancellation) => runPlan(work, forwarded, until);
    const result =
      key === undefined || flights === undefined
        ? await run(signal)
        : (await flights.join(key, (flight) => run(flight.signal), signal)).answer;
    reportErrors(result.errors, request, metrics);
    if (result.tolerated?.length) Object.assign(extensions, tellTolerated(result, work, config));
    if (bill === undefined) return { ...result, extensions };
    const headers = { ...result.headers, ...costHeaders(work, result.cost) };
    return { ...result, extensions, headers };
  } catch (cause) {
    throw signal.aborted ? GatewayError.from(signal.reason) : cause;
  }
}

/** What an answer says of subgraphs that failed, and have null in their place. */
function tellTolerated(
  { tolerated = [] }: SharedResult,
  { request }: Work<Generation>,
  { graphql }: GatewayConfig,
) {
  request.log.note({ tolerated: tolerated.length });
  const unavailable = tolerated.map(({ code, extensions: { service, ...others } }) => {
    return { code, ...others, ...(graphql.errors.service && { service }) };
  });
  return { gatehouse: { unavailable } };
}

/** Notes what was paid, where costs are looked at, and gives the headers that tell of it. */
function costHeaders({ bill, graph, request }: Work<Generation>, actual?: number) {
  return bill && graph.demandControl?.settle(bill, actual, request);
}

function runPlan(
  work: Work<Generation>,
  forwarded: Forwarded,
  signal: Cancellation,
): Promise<SharedResult> {
  const replyHeaders = new ReplyHeaders();
  const answers = work.bill && work.graph.demandControl?.answers(work.variables);
  const send = sender(work, forwarded, { replyHeaders, answers });
  const { graph, plan, variables, request } = work;
  const { batchSize = 1 } = request;
  const executed = graph.executor.execute(plan, variables, send, signal, 1 / batchSize);
  return executed.then((result) => {
    const cost = answers?.cost ?? result.cost;
    return { ...result, cost, headers: replyHeaders.toHeaders() };
  });
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
  const { batchSize = 1 } = request;
  let key = batchSize === 1 ? '' : `${batchSize}`;
  // By rules, not by what comes of them: for all callers these are the same ones in the same order.
  let last: ForwardedHeaders | undefined;
  for (const subgraph of graph.executor.subgraphsOf(plan)) {
    const options = graph.subgraphs.get(subgraph)?.options;
    if (options === undefined || passesCookies(options.headers.response)) return undefined;
    const headers = forwarded.by(options);
    if (headers !== last) key += `,${headers.key}`;
    last = headers;
  }
  return key + JSON.stringify(variables);
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
  const { caller } = request;
  return (fetch, signal) => {
    const subgraph = graph.subgraphs.get(fetch.subgraph);
    if (subgraph === undefined) {
      return Promise.reject(new TypeError('A plan names subgraphs of its supergraph'));
    }
    const { options, tokens, call } = subgraph;
    const carried = forwarded.by(options);
    const rules = options.headers.response;
    const taken = (answer: SubgraphAnswer): Awaitable<SubgraphAnswer> => {
      replyHeaders.add(rules, answer.headers);
      const counting = answers?.add(fetch.document, answer.data);
      return counting === undefined ? answer : counting.then(() => answer);
    };
    const sent = (along: ForwardedHeaders) => {
      const answer = call(subgraphRequest(fetch, along, request), signal);
      // Mostly nothing is taken of it.
      return answers !== undefined || rules.length > 0 ? answer.then(taken) : answer;
    };
    return caller === undefined || tokens === undefined
      ? sent(carried)
      : withToken(carried, tokens, caller).then(sent);
  };
}

async function withToken(
  carried: ForwardedHeaders,
  tokens: IdentityTokens,
  caller: Caller,
): Promise<ForwardedHeaders> {
  const token = await tokens.headerFor(caller);
  return { ...carried, headers: { ...carried.headers, ...token } };
}
