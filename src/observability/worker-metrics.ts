import { AggregatorRegistry, Counter, Gauge, Registry } from 'prom-client';
import type { Metrics, MetricsSnapshot } from './metrics.ts';

/** What only grows while a process runs, and so must not shrink when it ends. */
const cumulative: ReadonlySet<unknown> = new Set(['counter', 'histogram']);

/** The metrics of several workers added up, with those of the process that started them. */
export class WorkerMetrics {
  readonly #own: Metrics;
  readonly #registry = new Registry();
  readonly #restarts = new Counter({
    name: 'gatehouse_worker_restarts_total',
    help: 'Workers that ended before their time and were replaced: by an exit or by which signal',
    labelNames: ['reason'],
    registers: [this.#registry],
  });
  readonly #ready = new Gauge({
    name: 'gatehouse_workers_ready',
    help: 'Workers that take requests',
    registers: [this.#registry],
  });
  /** What workers that are gone had counted when they were last asked. */
  #gone: Promise<MetricsSnapshot> = Promise.resolve([]);

  constructor(own: Metrics) {
    this.#own = own;
  }

  restart(reason: string): void {
    this.#restarts.inc({ reason });
  }

  ready(count: number): void {
    this.#ready.set(count);
  }

  /** Goes on counting what a worker that is gone had told: sums do not go backwards. */
  keep(snapshot: MetricsSnapshot): void {
    const counted = snapshot.filter(({ type }) => cumulative.has(type));
    this.#gone = this.#gone.then((gone) => {
      return AggregatorRegistry.aggregate([gone, counted]).getMetricsAsJSON();
    });
  }

  /** Everything in Prometheus' text format; `workers` is what those that run have told. */
  async text(workers: readonly MetricsSnapshot[]): Promise<string> {
    // Read before anything is waited for: a worker is either among `workers` or gone.
    const gone = this.#gone;
    const own = [...(await this.#own.snapshot()), ...(await this.#registry.getMetricsAsJSON())];
    const all = [own.map(kept), await gone, ...workers];
    return AggregatorRegistry.aggregate(all).metrics();
  }
}

/** How the first one of a name says it is added up holds: what others leave out is told of it. */
function kept(metric: MetricsSnapshot[number]): MetricsSnapshot[number] {
  return metric.aggregator === 'omit' ? { ...metric, aggregator: 'first' } : metric;
}
