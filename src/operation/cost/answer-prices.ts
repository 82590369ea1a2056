import { Kind, parse } from 'graphql';
import type { Awaitable } from '../../lib/call.ts';
import type { LongTurns } from '../../lib/long-turns.ts';
import type { Variables } from '../variables.ts';
import type { CostSchema } from './cost-schema.ts';
import { bounded } from './formula.ts';
import { OperationPrice } from './prices.ts';

/** An operation as it is sent to a subgraph, again and again. */
export interface AskedDocument {
  readonly text: string;
}

const noFragments = new Map<never, never>();

/** Adds up what the answers cost that one execution gets. */
export class AnswerCount {
  readonly #prices: AnswerPrices;
  readonly #variables: Variables;
  #cost = 0;

  constructor(prices: AnswerPrices, variables: Variables) {
    this.#prices = prices;
    this.#variables = variables;
  }

  get cost(): number {
    return this.#cost;
  }

  /** Undefined where all is counted at once. */
  add(document: AskedDocument, data: unknown): Promise<void> | undefined {
    const cost = this.#prices.of(document, data, this.#variables);
    if (cost instanceof Promise) return cost.then((later) => this.#add(later));
    this.#add(cost);
    return undefined;
  }

  #add(cost = 0): void {
    this.#cost = bounded(this.#cost + cost);
  }
}

/** What the answers of subgraphs cost, by the documents that they answer. */
export class AnswerPrices {
  readonly #schema: CostSchema;
  readonly #turns: LongTurns;
  readonly #known = new WeakMap<AskedDocument, OperationPrice>();

  constructor(schema: CostSchema, turns: LongTurns) {
    this.#schema = schema;
    this.#turns = turns;
  }

  /** What `data` cost: entities as what they are, and a mutation as one. */
  of(document: AskedDocument, data: unknown, variables: Variables): Awaitable<number | undefined> {
    return this.#priceOf(document).actual(data, variables, this.#turns);
  }

  #priceOf(document: AskedDocument): OperationPrice {
    const known = this.#known.get(document);
    if (known !== undefined) return known;
    const made = this.#make(document);
    this.#known.set(document, made);
    return made;
  }

  #make({ text }: AskedDocument): OperationPrice {
    const [definition] = parse(text, { noLocation: true }).definitions;
    if (definition?.kind !== Kind.OPERATION_DEFINITION) {
      throw new TypeError('A subgraph is asked one operation without named fragments');
    }
    const root = definition.operation === 'mutation' ? 'Mutation' : 'Query';
    return new OperationPrice(root, definition, {
      schema: this.#schema,
      listSize: 0,
      fragments: noFragments,
    });
  }
}
