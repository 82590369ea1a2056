import type {
  FragmentDefinitionNode,
  GraphQLSchema,
  OperationDefinitionNode,
  SelectionSetNode,
} from 'graphql';
import type { Awaitable } from '../../lib/call.ts';
import type { LongTurns } from '../../lib/long-turns.ts';
import { isObject } from '../../lib/own.ts';
import { operationRoot } from '../operation.ts';
import type { Variables } from '../variables.ts';
import { ActualCost } from './actual.ts';
import type { CostSchema } from './cost-schema.ts';
import { Estimator } from './estimate.ts';
import {
  bounded,
  Evaluation,
  FormulaBuilder,
  largestCost,
  type SlicingFault,
  type Term,
} from './formula.ts';
import { unguarded } from './guards.ts';
import { RoughEstimator } from './rough-estimate.ts';
import { Selections, TooManySelections } from './selections.ts';

/** What a mutation costs before anything is selected. */
export const mutationCost = 10;

/** What an operation costs at most. */
export interface Estimate {
  readonly cost: number;
  /** A field without exactly one slicing argument though it asks for one. */
  readonly fault: SlicingFault | undefined;
}

/** The formula of one operation, made once. */
export class OperationPrice {
  readonly #root: string;
  readonly #set: SelectionSetNode;
  readonly #base: number;
  readonly #size: number;
  readonly #term: Term;
  /** Undefined for an operation that is priced roughly. */
  readonly #selections: Selections | undefined;

  constructor(
    root: string,
    { operation, selectionSet }: Pick<OperationDefinitionNode, 'operation' | 'selectionSet'>,
    context: PricingContext,
  ) {
    this.#root = root;
    this.#set = selectionSet;
    this.#base = operation === 'mutation' ? mutationCost : 0;
    const { builder, term, selections } = unlessTooDeep<Worked>(
      () => exactly(root, selectionSet, context) ?? roughly(root, selectionSet, context),
      { builder: new FormulaBuilder(), term: largestCost, selections: undefined },
    );
    this.#selections = selections;
    this.#term = builder.sum([this.#base, term]);
    this.#size = builder.size;
  }

  /** False where the estimate is an upper bound by far, and no actual cost can be told. */
  get isExact(): boolean {
    return this.#selections !== undefined;
  }

  /** What the operation costs at most with these variables. */
  estimate(variables: Variables): Estimate {
    if (typeof this.#term === 'number') return { cost: this.#term, fault: undefined };
    const evaluation = new Evaluation(variables, this.#size);
    const cost = unlessTooDeep(() => evaluation.of(this.#term), largestCost);
    return { cost, fault: evaluation.fault };
  }

  /** What this answer cost; undefined where that cannot be told. A long one takes several turns. */
  actual(data: unknown, variables: Variables, turns: LongTurns): Awaitable<number | undefined> {
    const selections = this.#selections;
    if (selections === undefined) return undefined;
    if (!isObject(data)) return this.#base;
    const object = selections.object(this.#root, [{ node: this.#set, guard: unguarded }]);
    const counting = new ActualCost(selections, new Evaluation(variables, this.#size));
    counting.add(data, [object]);
    const goOn = () => unlessTooDeep(() => counting.goOn(turns.most), undefined);
    const total = () => bounded(this.#base + counting.cost);
    const isDone = goOn();
    if (isDone === undefined) return undefined;
    return isDone ? total() : inTurns(goOn, turns).then((done) => (done ? total() : undefined));
  }
}

/** Repeats a piece of work, each time in a turn of its own, until it says how it ended. */
async function inTurns(
  goOn: () => boolean | undefined,
  turns: LongTurns,
): Promise<boolean | undefined> {
  for (;;) {
    await turns.next();
    const isDone = goOn();
    if (isDone !== false) return isDone;
  }
}

export interface PricingContext {
  readonly schema: CostSchema;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** The size of a list of which nothing is said. */
  readonly listSize: number;
}

interface Worked {
  readonly builder: FormulaBuilder;
  readonly term: Term;
  readonly selections: Selections | undefined;
}

/** What is nested too deeply to be worked out overflows the stack: it is `otherwise`. */
function unlessTooDeep<Outcome>(work: () => Outcome, otherwise: Outcome): Outcome {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof RangeError) return otherwise;
    throw thrown;
  }
}

/** Undefined for an operation whose selections are too many to be joined. */
function exactly(root: string, set: SelectionSetNode, context: PricingContext): Worked | undefined {
  const builder = new FormulaBuilder();
  const within = { ...context, builder };
  const selections = new Selections(within);
  try {
    const object = selections.object(root, [{ node: set, guard: unguarded }]);
    return { builder, term: new Estimator(selections, within).below(object), selections };
  } catch (thrown) {
    if (thrown instanceof TooManySelections) return undefined;
    throw thrown;
  }
}

function roughly(root: string, set: SelectionSetNode, context: PricingContext): Worked {
  const builder = new FormulaBuilder();
  const term = new RoughEstimator({ ...context, builder }).below(root, set);
  return { builder, term, selections: undefined };
}

/** The formulas of one supergraph's operations, each made once and kept with its operation. */
export class Prices {
  readonly #schema: GraphQLSchema;
  readonly #context: Omit<PricingContext, 'fragments'>;
  readonly #known = new WeakMap<OperationDefinitionNode, OperationPrice>();

  constructor(schema: GraphQLSchema, context: Omit<PricingContext, 'fragments'>) {
    this.#schema = schema;
    this.#context = context;
  }

  /** The formula of a valid operation with its fragments. */
  of(
    definition: OperationDefinitionNode,
    fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  ): OperationPrice {
    const known = this.#known.get(definition);
    if (known !== undefined) return known;
    const { name } = operationRoot(this.#schema, definition);
    const price = new OperationPrice(name, definition, { ...this.#context, fragments });
    this.#known.set(definition, price);
    return price;
  }
}
