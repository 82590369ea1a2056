import { GraphQLError, type GraphQLSchema } from 'graphql';
import type { GraphQLRequest, Reply, RequestLog } from '../../context.ts';
import { GatewayError } from '../../errors.ts';
import { LongTurns } from '../../lib/long-turns.ts';
import type { CostMetrics, CostResult } from '../../observability/cost-metrics.ts';
import type { Operation } from '../operation.ts';
import type { Variables } from '../variables.ts';
import { AnswerCount, AnswerPrices } from './answer-prices.ts';
import type { CostFacts } from './cost-facts.ts';
import { CostSchema } from './cost-schema.ts';
import { bounded, type SlicingFault } from './formula.ts';
import type { CostOptions } from './options.ts';
import { Prices } from './prices.ts';

/** Most values of an answer that are counted at once. */
const valuesAtOnce = 10_000;

/** What an operation of one request was estimated to cost. */
export interface Bill {
  readonly estimated: number;
  readonly result: CostResult;
}

/** What a supergraph says of costs and types. */
export interface CostSource {
  readonly apiSchema: GraphQLSchema;
  readonly costs: CostFacts;
  readonly possibleTypes: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Estimates what operations cost before they are planned, and tells what they did cost. */
export class DemandControl {
  readonly options: CostOptions;
  readonly schema: CostSchema;
  readonly prices: Prices;
  readonly metrics: CostMetrics;
  /** In which long answers are counted. */
  readonly turns: LongTurns;
  readonly #answerPrices: AnswerPrices;
  /** What the operations of one batch cost so far. */
  readonly #spent = new WeakMap<RequestLog, number>();

  constructor(
    { apiSchema, costs, possibleTypes }: CostSource,
    options: CostOptions,
    metrics: CostMetrics,
    turns = new LongTurns(valuesAtOnce),
  ) {
    const { listSize } = options;
    this.options = options;
    this.schema = new CostSchema(apiSchema, costs, possibleTypes);
    this.prices = new Prices(apiSchema, { schema: this.schema, listSize });
    this.metrics = metrics;
    this.turns = turns;
    this.#answerPrices = new AnswerPrices(this.schema, turns);
  }

  /**
   * Estimates an operation. Where costs are enforced, throws for one that is too expensive, or
   * whose cost cannot be told since it lacks a slicing argument or has too many. The operations of
   * a batch share the maximum.
   */
  admit({ definition, document }: Operation, variables: Variables, request: GraphQLRequest): Bill {
    const { mode, max = Number.POSITIVE_INFINITY } = this.options;
    const { log, batchSize = 1 } = request;
    const price = this.prices.of(definition, document.fragments);
    const { cost, fault } = price.estimate(variables);
    const total = batchSize > 1 ? bounded((this.#spent.get(log) ?? 0) + cost) : cost;
    const bill = { estimated: cost, result: resultOf(total, max, fault) };
    this.metrics.estimated(bill.result, cost);
    log.note({ cost: { estimated: cost } });
    if (mode === 'enforce') {
      if (fault !== undefined) throw invalidSlicing(fault, this.#headers(bill));
      if (total > max) throw tooExpensive(total, max, this.#headers(bill));
    }
    if (batchSize > 1) this.#spent.set(log, total);
    return bill;
  }

  /** Counts what the answers to one execution cost; undefined where that is of no interest. */
  answers(variables: Variables): AnswerCount | undefined {
    if (this.options.actual !== 'bySubgraph') return undefined;
    return new AnswerCount(this.#answerPrices, variables);
  }

  /** Notes what the operation did cost, if that is known, and gives the headers that tell of it. */
  settle(bill: Bill, actual: number | undefined, request: GraphQLRequest): Reply['headers'] {
    const { estimated, result } = bill;
    if (actual !== undefined) {
      const { max = Number.POSITIVE_INFINITY } = this.options;
      const isOver = result === 'COST_OK' && actual > max;
      this.metrics.actual(isOver ? 'COST_ACTUAL_TOO_EXPENSIVE' : result, estimated, actual);
      request.log.note({ cost: { estimated, actual } });
    }
    return this.#headers(bill, actual);
  }

  #headers({ estimated }: Bill, actual?: number): Record<string, string> {
    const { headers, max } = this.options;
    if (!headers) return {};
    return {
      ...(max !== undefined && { 'x-cost-max': `${max}` }),
      'x-cost-estimated': `${estimated}`,
      ...(actual !== undefined && { 'x-cost-actual': `${actual}` }),
    };
  }
}

function resultOf(cost: number, max: number, fault: SlicingFault | undefined): CostResult {
  if (fault !== undefined) return 'COST_INVALID_SLICING_ARGUMENTS';
  return cost > max ? 'COST_ESTIMATED_TOO_EXPENSIVE' : 'COST_OK';
}

function tooExpensive(cost: number, max: number, headers: Record<string, string>): GatewayError {
  const message = `The operation costs about ${cost}, but ${max} at most is allowed`;
  const extensions = { 'cost.estimated': cost, 'cost.max': max };
  return new GatewayError('COST_ESTIMATED_TOO_EXPENSIVE', message, { extensions, headers });
}

function invalidSlicing(
  { given, node }: SlicingFault,
  headers: Record<string, string>,
): GatewayError {
  const message = `Exactly one slicing argument is required for "${node.name.value}", but found ${given}`;
  const details = [new GraphQLError(message, { nodes: node })];
  return new GatewayError('COST_INVALID_SLICING_ARGUMENTS', message, { details, headers });
}
