import { Counter, Gauge, type Registry } from 'prom-client';

/** What is read of upstreams when metrics are asked for. */
export interface UpstreamGauges {
  readonly subgraph: string;
  readonly breaker: { readonly state: 'closed' | 'open' | 'half-open' };
  readonly budget: { readonly left: number };
  readonly bulkhead: { readonly inFlight: number; readonly queued: number };
}

const stateNumbers = { closed: 0, open: 1, 'half-open': 2 } as const;

/** What is counted of calls that fail, wait or are refused, and of what keeps them from harm. */
export class UpstreamMetrics {
  readonly #transitions;
  readonly #shortCircuits;
  readonly #refused;
  readonly #retries;
  readonly #fallbacks;
  #read: () => readonly UpstreamGauges[] = () => [];

  constructor(registry: Registry) {
    const counter = <Label extends string>(name: string, help: string, labels: readonly Label[]) =>
      new Counter({
        name,
        help,
        labelNames: ['subgraph_name', ...labels],
        registers: [registry],
      });
    this.#transitions = counter(
      'circuit_breaker_state_transitions_total',
      'Changes of circuit breakers, by the state they came to and whether of a single target',
      ['state', 'scope'],
    );
    this.#shortCircuits = counter(
      'circuit_breaker_short_circuits_total',
      'Attempts that an open circuit breaker refused',
      [],
    );
    this.#refused = counter(
      'gatehouse_subgraph_concurrency_rejected_total',
      'Attempts that found neither room nor a place in the queue',
      [],
    );
    this.#retries = counter(
      'gatehouse_subgraph_retries_total',
      'Retries by what became of them: recovered, failed, or not made for no_budget or no_time',
      ['outcome'],
    );
    this.#fallbacks = counter(
      'gatehouse_subgraph_fallbacks_total',
      'Calls that failed and had null in their place',
      [],
    );
    this.#gauges(registry);
  }

  /** Where the gauges are read, each time that metrics are asked for. */
  watch(read: () => readonly UpstreamGauges[]): void {
    this.#read = read;
  }

  transition(subgraph: string, state: string, target: string | undefined): void {
    const scope = target === undefined ? 'subgraph' : 'target';
    this.#transitions.inc({ subgraph_name: subgraph, state, scope });
  }

  refused(subgraph: string, by: 'breaker' | 'bulkhead'): void {
    (by === 'breaker' ? this.#shortCircuits : this.#refused).inc({ subgraph_name: subgraph });
  }

  retry(subgraph: string, outcome: string): void {
    this.#retries.inc({ subgraph_name: subgraph, outcome });
  }

  fallback(subgraph: string): void {
    this.#fallbacks.inc({ subgraph_name: subgraph });
  }

  #gauges(registry: Registry): void {
    const gauge = (name: string, help: string, of: (upstream: UpstreamGauges) => number) => {
      const read = () => this.#read();
      new Gauge({
        name,
        help,
        labelNames: ['subgraph_name'],
        registers: [registry],
        // Those of workers are added up, but for states.
        aggregator: name === 'circuit_breaker_state' ? 'max' : 'sum',
        collect() {
          this.reset();
          for (const each of read()) this.set({ subgraph_name: each.subgraph }, of(each));
        },
      });
    };
    gauge(
      'circuit_breaker_state',
      'State of the circuit breaker: 0 closed, 1 open, 2 half-open',
      ({ breaker }) => stateNumbers[breaker.state],
    );
    gauge(
      'gatehouse_subgraph_retry_budget_left',
      'Retries that the budget allows now',
      ({ budget }) => budget.left,
    );
    gauge(
      'gatehouse_subgraph_attempts_in_flight',
      'Attempts under way',
      ({ bulkhead }) => bulkhead.inFlight,
    );
    gauge(
      'gatehouse_subgraph_attempts_queued',
      'Attempts that wait for one under way to end',
      ({ bulkhead }) => bulkhead.queued,
    );
  }
}
