import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { isErrorCode } from '../errors.ts';
import { AuthenticationMetrics } from './authentication-metrics.ts';
import { CostMetrics } from './cost-metrics.ts';
import { QuickHistogram } from './quick-histogram.ts';
import { ReloadMetrics } from './reload-metrics.ts';
import { TargetMetrics } from './target-metrics.ts';
import { TrustedDocumentMetrics } from './trusted-document-metrics.ts';
import { UpstreamMetrics } from './upstream-metrics.ts';

const secondsBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Every metric of a process with its values, as another process can add it to its own. */
export type MetricsSnapshot = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/**
 * What the gateway counts and measures, in Prometheus' text format. Labels have few values: no
 * path, operation or error text of a client or subgraph becomes one.
 */
export class Metrics {
  readonly #registry = new Registry();
  readonly #requests = this.#histogram(
    'http_server_request_duration_seconds',
    'Duration of client requests, from the head of the request to the end of the reply',
    ['http_request_method', 'http_response_status_code'],
  );
  readonly #subgraphCalls = this.#histogram(
    'http_client_request_duration_seconds',
    'Duration of requests to subgraphs, with all attempts',
    ['subgraph_name', 'outcome'],
  );
  readonly #planning = new Histogram({
    name: 'query_planning_duration_seconds',
    help: 'Duration of making a query plan that was not in the cache',
    buckets: secondsBuckets,
    registers: [this.#registry],
  });
  readonly #documents = this.#lookUps(
    'gatehouse_document_cache_requests_total',
    'Look-ups of parsed and validated documents',
  );
  readonly #limits = this.#counter(
    'gatehouse_operation_limits_exceeded_total',
    'Operations that exceed a limit, by its name in graphql.limits and what became of them',
    ['limit', 'outcome'],
  );
  readonly #plans = this.#lookUps('gatehouse_plan_cache_requests_total', 'Look-ups of query plans');
  readonly #planners = this.#counter(
    'gatehouse_planner_restarts_total',
    'Planners that ended before their time and were replaced: by timeout, memory or crash',
    ['reason'],
  );
  readonly #waitingPlans = new Gauge({
    name: 'gatehouse_plans_waiting',
    help: 'Operations that wait for a planner',
    registers: [this.#registry],
  });
  readonly #errors = this.#counter(
    'graphql_errors_total',
    'Errors in GraphQL replies, by code and by the subgraph they came from',
    ['code', 'subgraph_name'],
  );

  #costs: CostMetrics | undefined;
  #trustedDocuments: TrustedDocumentMetrics | undefined;

  /** What is counted of callers: it shows nothing before there is something. */
  readonly authentication = new AuthenticationMetrics(this.#registry);

  /** What is counted of reloads. */
  readonly reloads = new ReloadMetrics(this.#registry);

  /** What is counted of subgraphs that fail, and how they are spared. */
  readonly upstreams = new UpstreamMetrics(this.#registry);

  /** What is counted of their targets. */
  readonly targets = new TargetMetrics(this.#registry);

  constructor() {
    collectDefaultMetrics({ register: this.#registry });
  }

  /** The content type of `text`. */
  get contentType(): string {
    return this.#registry.contentType;
  }

  /** What is observed of costs: nothing is shown of them before this is asked for. */
  get costs(): CostMetrics {
    this.#costs ??= new CostMetrics(this.#registry);
    return this.#costs;
  }

  /** What is counted of trusted documents: nothing is shown of them before this is asked for. */
  get trustedDocuments(): TrustedDocumentMetrics {
    this.#trustedDocuments ??= new TrustedDocumentMetrics(this.#registry);
    return this.#trustedDocuments;
  }

  text(): Promise<string> {
    return this.#registry.metrics();
  }

  snapshot(): Promise<MetricsSnapshot> {
    return this.#registry.getMetricsAsJSON();
  }

  request(method: string, status: number, seconds: number): void {
    const known = ['GET', 'POST', 'OPTIONS', 'HEAD'].includes(method) ? method : '_OTHER';
    this.#requests.observe(seconds, known, String(status));
  }

  subgraphCall(subgraph: string, outcome: string, seconds: number): void {
    this.#subgraphCalls.observe(seconds, subgraph, outcome);
  }

  document(cached: boolean): void {
    this.#documents[cached ? 'hit' : 'miss'] += 1;
  }

  /** An operation is larger than a limit of this name allows. */
  limit(name: string, isServed: boolean): void {
    this.#limits.inc({ limit: name, outcome: isServed ? 'warned' : 'refused' });
  }

  /** `seconds` counts only where the plan was made. */
  plan(cached: boolean, seconds: number): void {
    this.#plans[cached ? 'hit' : 'miss'] += 1;
    if (!cached) this.#planning.observe(seconds);
  }

  plannerRestart(reason: string): void {
    this.#planners.inc({ reason });
  }

  /** One more operation waits for a planner, or one less. */
  waitingPlans(change: 1 | -1): void {
    this.#waitingPlans.inc(change);
  }

  error(code: unknown, subgraph: string): void {
    this.#errors.inc({ code: isErrorCode(code) ? code : 'OTHER', subgraph_name: subgraph });
  }

  #histogram<Label extends string>(name: string, help: string, labelNames: readonly Label[]) {
    const registry = this.#registry;
    return new QuickHistogram({ name, help, labelNames, buckets: secondsBuckets, registry });
  }

  /** What is counted in each request is a number until somebody asks for it. */
  #lookUps(name: string, help: string): { hit: number; miss: number } {
    const counts = { hit: 0, miss: 0 };
    new Counter({
      name,
      help,
      labelNames: ['result'],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const result of ['hit', 'miss'] as const) {
          if (counts[result] > 0) this.inc({ result }, counts[result]);
        }
      },
    });
    return counts;
  }

  #counter<Label extends string>(name: string, help: string, labelNames: readonly Label[]) {
    return new Counter({ name, help, labelNames, registers: [this.#registry] });
  }
}
