import type { Metric, Registry } from 'prom-client';

/** A histogram's name, as Prometheus has it, and what it is of. */
export interface HistogramOptions<Label extends string> {
  readonly name: string;
  readonly help: string;
  /** Two at most. */
  readonly labelNames: readonly Label[];
  /** The upper bounds of its buckets, ascending; one for all the rest follows. */
  readonly buckets: readonly number[];
  readonly registry: Registry;
}

/** The observations that have the same labels. */
interface Observed {
  readonly labels: Readonly<Record<string, string>>;
  /** How many were in each bucket, and in none of them. */
  readonly counts: number[];
  sum: number;
}

/** One line of what is exposed. */
interface Exposed {
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
  readonly metricName: string;
}

/**
 * A histogram for what is observed several times in each request. That of `prom-client` makes a text
 * of the labels and looks that up each time, which takes ten times as long; it still writes all that
 * is exposed.
 */
export class QuickHistogram<Label extends string> {
  readonly name: string;
  readonly help: string;
  readonly type = 'histogram';
  /** How those of several processes become one. */
  readonly aggregator = 'sum';
  readonly #labelNames: readonly Label[];
  readonly #bounds: readonly number[];
  /** By the value of the first label, and then by that of the second. */
  readonly #observed = new Map<string, Map<string, Observed>>();

  constructor({ name, help, labelNames, buckets, registry }: HistogramOptions<Label>) {
    this.name = name;
    this.help = help;
    this.#labelNames = labelNames;
    this.#bounds = buckets;
    // What a registry asks of a metric is its name and `get`.
    registry.registerMetric(this as unknown as Metric);
  }

  /** The values of the labels are in the order of their names. */
  observe(value: number, first: string, second = ''): void {
    const observed = this.#observed.get(first)?.get(second) ?? this.#added(first, second);
    const bounds = this.#bounds;
    let bucket = 0;
    while (bucket < bounds.length && value > (bounds[bucket] ?? 0)) bucket += 1;
    observed.counts[bucket] = (observed.counts[bucket] ?? 0) + 1;
    observed.sum += value;
  }

  /** Everything so far, as `prom-client` has it. */
  async get() {
    const { name, help, type, aggregator } = this;
    const all = [...this.#observed.values()].flatMap((some) => [...some.values()]);
    const values = all.flatMap((observed) => this.#exposed(observed));
    return { name, help, type, aggregator, values };
  }

  #added(first: string, second: string): Observed {
    const given = [first, second];
    const labels = Object.fromEntries(this.#labelNames.map((name, at) => [name, given[at] ?? '']));
    const counts = new Array<number>(this.#bounds.length + 1).fill(0);
    const observed = { labels, counts, sum: 0 };
    const some = this.#observed.get(first) ?? new Map<string, Observed>();
    this.#observed.set(first, some.set(second, observed));
    return observed;
  }

  #exposed({ labels, counts, sum }: Observed): readonly Exposed[] {
    const { name } = this;
    let count = 0;
    const buckets = [...this.#bounds, '+Inf'].map((le, at) => {
      count += counts[at] ?? 0;
      return { labels: { le, ...labels }, value: count, metricName: `${name}_bucket` };
    });
    return [
      ...buckets,
      { labels, value: sum, metricName: `${name}_sum` },
      { labels, value: count, metricName: `${name}_count` },
    ];
  }
}
