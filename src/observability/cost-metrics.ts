import type { Registry } from 'prom-client';
import { QuickHistogram } from './quick-histogram.ts';

/** What became of an operation by its cost: `COST_OK`, or the code of what is wrong with it. */
export type CostResult =
  | 'COST_OK'
  | 'COST_ESTIMATED_TOO_EXPENSIVE'
  | 'COST_INVALID_SLICING_ARGUMENTS'
  /** Only the answer turned out to be more expensive than the maximum: it is sent all the same. */
  | 'COST_ACTUAL_TOO_EXPENSIVE';

const steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000];
const costBuckets = [0, ...steps, 100_000, 1_000_000];
const deltaSteps = [10, 100, 1_000, 10_000, 100_000];
const deltaBuckets = [...deltaSteps.map((step) => -step).reverse(), 0, ...deltaSteps];

/** The largest cost that is observed as it is: one bomb must not drown the sum of all others. */
const largestObserved = 10_000_000;

/** The costs of operations, and of what they ask of subgraphs. */
export class CostMetrics {
  readonly #estimated;
  readonly #actual;
  readonly #delta;
  readonly #subgraphs;

  constructor(registry: Registry) {
    const labelNames = ['cost_result'] as const;
    this.#estimated = new QuickHistogram({
      name: 'cost_estimated',
      help: 'Estimated costs of operations, by what became of them',
      labelNames,
      buckets: costBuckets,
      registry,
    });
    this.#actual = new QuickHistogram({
      name: 'cost_actual',
      help: 'Actual costs of answers',
      labelNames,
      buckets: costBuckets,
      registry,
    });
    this.#delta = new QuickHistogram({
      name: 'cost_delta',
      help: 'By how much the estimates were above the actual costs',
      labelNames,
      buckets: deltaBuckets,
      registry,
    });
    this.#subgraphs = new QuickHistogram({
      name: 'cost_subgraph_estimated',
      help: 'Estimated costs of what an operation asks of a subgraph that has a maximum',
      labelNames: ['subgraph_name', 'cost_result'],
      buckets: costBuckets,
      registry,
    });
  }

  estimated(result: CostResult, cost: number): void {
    this.#estimated.observe(Math.min(cost, largestObserved), result);
  }

  actual(result: CostResult, estimated: number, actual: number): void {
    const bound = Math.min(estimated, largestObserved);
    const cost = Math.min(actual, largestObserved);
    this.#actual.observe(cost, result);
    this.#delta.observe(bound - cost, result);
  }

  subgraph(subgraph: string, isOver: boolean, cost: number): void {
    const result = isOver ? 'SUBGRAPH_COST_ESTIMATED_TOO_EXPENSIVE' : 'COST_OK';
    this.#subgraphs.observe(Math.min(cost, largestObserved), subgraph, result);
  }
}
