import { Kind, type OperationDefinitionNode, parse, type SelectionSetNode } from 'graphql';
import { type CostSchema, entityType } from '../operation/cost/cost-schema.ts';
import { Estimator, sizeWithin } from '../operation/cost/estimate.ts';
import type { Sized } from '../operation/cost/field-terms.ts';
import {
  bounded,
  type Condition,
  Evaluation,
  FormulaBuilder,
  largestCost,
  type Term,
} from '../operation/cost/formula.ts';
import { unguarded } from '../operation/cost/guards.ts';
import type { SubgraphBudget } from '../operation/cost/options.ts';
import { mutationCost } from '../operation/cost/prices.ts';
import { type PricedObject, Selections, TooManySelections } from '../operation/cost/selections.ts';
import type { Variables } from '../operation/variables.ts';
import type { FetchNode, PlanNode, QueryPlan } from './query-plan.ts';

export interface FetchCostsContext {
  readonly schema: CostSchema;
  readonly budgetOf: (subgraph: string) => SubgraphBudget;
}

/** What the fetches of a plan cost the subgraphs that have a maximum, for one request. */
export interface SubgraphCosts {
  /** By subgraph, all that is asked of it. */
  readonly totals: ReadonlyMap<string, number>;
  /** The fetches that their subgraph's maximum leaves no room for. */
  readonly beyond: ReadonlySet<FetchNode>;
}

interface PricedFetch {
  readonly node: FetchNode;
  readonly cost: Term;
  readonly max: number;
}

/** What a fetch supplies, from which the sizes of lists are known to those after it. */
interface Source {
  readonly keys: readonly string[];
  /** How many objects the fetch is for. */
  readonly count: Term;
  readonly objects: readonly PricedObject[];
  readonly selections: Selections;
  readonly listSize: number;
}

/** Fetches have none that are named. */
const noFragments = new Map<never, never>();

/**
 * The formulas of a plan's fetches, made once. A fetch of entities is for as many as the lists
 * above them may have.
 */
export class FetchCosts {
  readonly #context: FetchCostsContext;
  readonly #builder = new FormulaBuilder();
  readonly #fetches: PricedFetch[] = [];
  readonly #sources: Source[] = [];
  /** Of a plan whose costs do not depend on variables. */
  #fixed: SubgraphCosts | undefined;

  constructor({ node }: QueryPlan, context: FetchCostsContext) {
    this.#context = context;
    if (node !== undefined && node.kind !== 'Subscription') this.#price(node, [], []);
  }

  /**
   * In the order of the plan, a fetch is left out when its subgraph's maximum is spent by those
   * before it.
   */
  for(variables: Variables): SubgraphCosts {
    if (this.#builder.size > 0) return this.#evaluate(variables);
    this.#fixed ??= this.#evaluate(variables);
    return this.#fixed;
  }

  #evaluate(variables: Variables): SubgraphCosts {
    const evaluation = new Evaluation(variables, this.#builder.size);
    const totals = new Map<string, number>();
    const spent = new Map<string, number>();
    const beyond = new Set<FetchNode>();
    for (const { node, cost, max } of this.#fetches) {
      const { serviceName } = node;
      const own = evaluation.of(cost);
      totals.set(serviceName, bounded((totals.get(serviceName) ?? 0) + own));
      const sum = bounded((spent.get(serviceName) ?? 0) + own);
      if (sum > max) beyond.add(node);
      else spent.set(serviceName, sum);
    }
    return { totals, beyond };
  }

  #price(node: PlanNode, path: readonly string[], conditions: readonly Condition[]): void {
    switch (node.kind) {
      case 'Sequence':
      case 'Parallel':
        for (const each of node.nodes) this.#price(each, path, conditions);
        break;
      case 'Flatten':
        this.#price(node.node, [...path, ...node.path.map(String)], conditions);
        break;
      case 'Condition': {
        const { condition: variable, ifClause, elseClause } = node;
        if (ifClause) this.#price(ifClause, path, [...conditions, { variable, value: true }]);
        if (elseClause) this.#price(elseClause, path, [...conditions, { variable, value: false }]);
        break;
      }
      case 'Fetch':
        this.#fetch(node, path, conditions);
        break;
      case 'Defer':
        throw new TypeError('The planner was not asked to defer');
    }
  }

  #fetch(node: FetchNode, path: readonly string[], conditions: readonly Condition[]): void {
    const { max, listSize } = this.#context.budgetOf(node.serviceName);
    const operation = operationIn(node);
    const set = selectedBy(node, operation);
    const isEntities = set !== operation.selectionSet;
    const within = { schema: this.#context.schema, builder: this.#builder, listSize };
    const selections = new Selections({ ...within, fragments: noFragments });
    const count = isEntities ? this.#countAt(path, listSize) : 1;
    const root = operation.operation === 'mutation' ? 'Mutation' : 'Query';
    try {
      const guarded = [{ node: set, guard: unguarded }];
      const objects = selections.objects(isEntities ? entityType : root, guarded);
      this.#sources.push({ keys: keysIn(path), count, objects, selections, listSize });
      if (max === Number.POSITIVE_INFINITY) return;
      const estimator = new Estimator(selections, within);
      const each = objects.map((object) =>
        this.#builder.sum([
          isEntities ? object.weight : 0,
          root === 'Mutation' ? mutationCost : 0,
          estimator.below(object),
        ]),
      );
      const all = this.#builder.product(count, this.#builder.largest(each));
      const cost = this.#builder.when(conditions.length > 0 ? [conditions] : undefined, all);
      this.#fetches.push({ node, cost, max });
    } catch (thrown) {
      if (!(thrown instanceof TooManySelections || thrown instanceof RangeError)) throw thrown;
      // What is too large to be worked out is too large for any maximum.
      this.#fetches.push({ node, cost: largestCost, max });
    }
  }

  /** How many objects there may be at the end of `path`. */
  #countAt(path: readonly string[], listSize: number): Term {
    const keys = keysIn(path);
    const counts = this.#sources.flatMap((source) => {
      if (!source.keys.every((key, index) => key === keys[index])) return [];
      const size = this.#sizeAlong(source, keys.slice(source.keys.length));
      return size === undefined ? [] : [this.#builder.product(source.count, size)];
    });
    if (counts.length > 0) return this.#builder.largest(counts);
    return listSize ** path.filter((step) => step === '@').length;
  }

  /** How many objects each of the source's has below `keys`; undefined where it has no such key. */
  #sizeAlong(source: Source, keys: readonly string[]): Term | undefined {
    const builder = this.#builder;
    let objects = new Map<PricedObject, Sized | undefined>();
    for (const object of source.objects) objects.set(object, undefined);
    let size: Term = 1;
    for (const key of keys) {
      const sizes: Term[] = [];
      const below = new Map<PricedObject, Sized | undefined>();
      for (const [{ fields }, sized] of objects) {
        for (const priced of fields.filter((field) => isUnder(field.key, key))) {
          sizes.push(
            sizeWithin(priced.field, priced.size, sized, { builder, listSize: source.listSize }),
          );
          for (const object of source.selections.below(priced)) below.set(object, priced.sized);
        }
      }
      if (sizes.length === 0) return undefined;
      size = builder.product(size, builder.largest(sizes));
      objects = below;
    }
    return size;
  }
}

function operationIn(node: FetchNode): OperationDefinitionNode {
  const [operation] = parse(node.operation, { noLocation: true }).definitions;
  if (operation?.kind === Kind.OPERATION_DEFINITION) return operation;
  throw new TypeError('A fetch is one operation without named fragments');
}

/** What is selected of the root, or of each entity. */
function selectedBy(
  { requires }: FetchNode,
  { selectionSet }: OperationDefinitionNode,
): SelectionSetNode {
  const [entities] = selectionSet.selections;
  const isEntities = requires !== undefined && entities?.kind === Kind.FIELD;
  return (isEntities ? entities.selectionSet : undefined) ?? selectionSet;
}

function keysIn(path: readonly string[]): readonly string[] {
  return path.filter((step) => step !== '@');
}

/** True for the key itself, and for what the planner puts in place of it and renames later. */
function isUnder(key: string, wanted: string): boolean {
  return key === wanted || key.startsWith(`${wanted}__alias_`);
}
