import { Kind, parse } from 'graphql';
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

  add(document: AskedDocument, data: unknown): void {
    this.#cost = bounded(this.#cost + this.#prices.of(document, data, this.#variables));
  }
}

/** What the answers of subgraphs cost, by the documents that they answer. */
export class AnswerPrices {
  readonly #schema: CostSchema;
  readonly #known = new WeakMap<AskedDocument, OperationPrice>();

  constructor(schema: CostSchema) {
    this.#schema = schema;
  }

  /** What `data` cost: entities as what they are, and a mutation as one. */
  of(document: AskedDocument, data: unknown, variables: Variables): number {
    const price = this.#known.get(document) ?? this.#make(document);
    this.#known.set(document, price);
    return price.actual(data, variables) ?? 0;
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
