import { Counter, Gauge, type Registry } from 'prom-client';

/** What is read of targets when metrics are asked for. */
export interface TargetGauges {
  readonly name: string;
  readonly targets: readonly {
    readonly id: string;
    readonly state: string;
    readonly inFlight: number;
    readonly picks: number;
    readonly failures: number;
    readonly ejections: number;
    readonly connections: { readonly open: number; readonly waiting: number } | undefined;
  }[];
}

type Target = TargetGauges['targets'][number];

/** What is counted of the targets of subgraphs: those that are there, each by its id. */
export class TargetMetrics {
  readonly #registry: Registry;
  readonly #lookups;
  #read: () => readonly TargetGauges[] = () => [];

  constructor(registry: Registry) {
    this.#registry = registry;
    this.#lookups = new Counter({
      name: 'gatehouse_dns_lookups_total',
      help: 'Names of subgraphs that were looked up, by result: changed, unchanged or failed',
      labelNames: ['subgraph_name', 'result'],
      registers: [registry],
    });
    this.#gauge(
      'gatehouse_target_up',
      'Share of workers by which a target may be called',
      'average',
      (target) => (target.state === 'ready' ? 1 : 0),
    );
    this.#gauge('gatehouse_target_in_flight', 'Calls under way', 'sum', ({ inFlight }) => inFlight);
    this.#gauge(
      'gatehouse_target_connections_open',
      'Connections that are kept',
      'sum',
      ({ connections }) => connections?.open ?? 0,
    );
    this.#gauge(
      'gatehouse_target_connections_waiting',
      'Requests that wait for a connection',
      'sum',
      ({ connections }) => connections?.waiting ?? 0,
    );
    this.#counter('gatehouse_target_picks_total', 'Calls by target', ({ picks }) => picks);
    this.#counter(
      'gatehouse_target_failures_total',
      'Calls that failed by fault of the target',
      ({ failures }) => failures,
    );
    this.#counter(
      'gatehouse_target_ejections_total',
      'How often a target was left alone since too many calls failed',
      ({ ejections }) => ejections,
    );
  }

  /** Where targets are read, each time that metrics are asked for. */
  watch(read: () => readonly TargetGauges[]): void {
    this.#read = read;
  }

  lookedUp(subgraph: string, result: 'changed' | 'unchanged' | 'failed'): void {
    this.#lookups.inc({ subgraph_name: subgraph, result });
  }

  #gauge(
    name: string,
    help: string,
    aggregator: 'sum' | 'average',
    of: (target: Target) => number,
  ): void {
    const each = this.#each.bind(this);
    new Gauge({
      ...described(name, help, this.#registry),
      aggregator,
      collect() {
        this.reset();
        each((labels, target) => this.set(labels, of(target)));
      },
    });
  }

  /** Counted where calls are made; a target that is gone takes its counts along. */
  #counter(name: string, help: string, of: (target: Target) => number): void {
    const each = this.#each.bind(this);
    new Counter({
      ...described(name, help, this.#registry),
      collect() {
        this.reset();
        each((labels, target) => this.inc(labels, of(target)));
      },
    });
  }

  #each(see: (labels: Labels, target: Target) => void): void {
    for (const { name, targets } of this.#read()) {
      for (const target of targets) see({ subgraph_name: name, target: target.id }, target);
    }
  }
}

type Labels = Record<'subgraph_name' | 'target', string>;

function described(name: string, help: string, registry: Registry) {
  return { name, help, labelNames: ['subgraph_name', 'target'] as const, registers: [registry] };
}
