import { GatewayError } from '../errors.ts';
import type { Awaitable } from '../lib/call.ts';
import type { DemandControl } from '../operation/cost/demand-control.ts';
import { subgraphBudget } from '../operation/cost/options.ts';
import type { Variables } from '../operation/variables.ts';
import { FetchCosts } from './fetch-costs.ts';
import type { Plan } from './plans.ts';
import type { FetchNode } from './query-plan.ts';

export interface PlanCostsOptions {
  /** The subgraphs of the supergraph. */
  readonly subgraphs: readonly string[];
  /** Whether clients read which subgraph it is that has no room. */
  readonly namesSubgraphs: boolean;
}

const nothing: ReadonlySet<string> = new Set();

/** What the fetches of plans may cost, and what their answers did cost. */
export class PlanCosts {
  readonly #control: DemandControl;
  readonly #namesSubgraphs: boolean;
  readonly #hasBudgets: boolean;
  readonly #known = new WeakMap<Plan, FetchCosts>();

  constructor(control: DemandControl, { subgraphs, namesSubgraphs }: PlanCostsOptions) {
    this.#control = control;
    this.#namesSubgraphs = namesSubgraphs;
    this.#hasBudgets = subgraphs.some((name) => Number.isFinite(this.#budgetOf(name).max));
  }

  /**
   * The fetches that are not to be made, each with the error in place of its data; undefined where
   * all may be. While costs are only measured, it is observed what would be refused.
   */
  refused(plan: Plan, variables: Variables): ReadonlyMap<FetchNode, GatewayError> | undefined {
    if (!this.#hasBudgets) return undefined;
    const { options, metrics } = this.#control;
    const { totals, beyond } = this.#costsOf(plan).for(variables);
    const over = beyond.size === 0 ? nothing : new Set([...beyond].map((node) => node.serviceName));
    for (const [subgraph, cost] of totals) metrics.subgraph(subgraph, over.has(subgraph), cost);
    if (beyond.size === 0 || options.mode !== 'enforce') return undefined;
    const errors = new Map(
      [...over].map((name) => [name, this.#tooExpensive(name, totals.get(name) ?? 0)]),
    );
    const refused = new Map<FetchNode, GatewayError>();
    for (const fetch of beyond) {
      const error = errors.get(fetch.serviceName);
      if (error !== undefined) refused.set(fetch, error);
    }
    return refused;
  }

  /** What an answer under the plan's own keys cost, where that is to be told by its shape. */
  actual({ names }: Plan, data: unknown, variables: Variables): Awaitable<number | undefined> {
    const { options, prices, turns } = this.#control;
    if (options.actual !== 'byResponseShape') return undefined;
    return prices.of(names.definition, names.fragments).actual(data, variables, turns);
  }

  #costsOf(plan: Plan): FetchCosts {
    const known = this.#known.get(plan);
    if (known !== undefined) return known;
    const { schema } = this.#control;
    const costs = new FetchCosts(plan.queryPlan, {
      schema,
      budgetOf: (subgraph) => this.#budgetOf(subgraph),
    });
    this.#known.set(plan, costs);
    return costs;
  }

  #budgetOf(subgraph: string) {
    return subgraphBudget(subgraph, this.#control.options);
  }

  #tooExpensive(subgraph: string, estimated: number): GatewayError {
    const { max } = this.#budgetOf(subgraph);
    const named = this.#namesSubgraphs ? { service: subgraph, 'cost.subgraph': subgraph } : {};
    const message = `What is asked of one subgraph costs about ${estimated}, but ${max} at most is allowed`;
    return new GatewayError('SUBGRAPH_COST_ESTIMATED_TOO_EXPENSIVE', message, {
      extensions: {
        ...named,
        'cost.subgraph.estimated': estimated,
        'cost.subgraph.max': max,
      },
    });
  }
}
