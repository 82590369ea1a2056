import { getOwn, isObject, type JsonObject } from '../../lib/own.ts';
import { bounded, type Evaluation, holds } from './formula.ts';
import type { PricedField, PricedObject, Selections } from './selections.ts';

/** Counts what is there of a field: the weights of its objects or leaves, and all below them. */
interface Count {
  weight: number;
  below: number;
}

/**
 * What an answer costs by the weights that the estimate has, with lists as long as they are. What
 * is null or not there costs no more than its arguments do.
 */
export class ActualCost {
  readonly #selections: Selections;
  readonly #evaluation: Evaluation;

  constructor(selections: Selections, evaluation: Evaluation) {
    this.#selections = selections;
    this.#evaluation = evaluation;
  }

  /** The cost of all that `data` has of what is selected of one of `candidates`. */
  of(data: Readonly<JsonObject>, candidates: readonly PricedObject[]): number {
    const object = fitting(data, candidates);
    return object === undefined ? 0 : this.#below(data, object);
  }

  #below(data: Readonly<JsonObject>, { fields }: PricedObject): number {
    let cost = 0;
    for (const field of fields) {
      const value = getOwn(data, field.key);
      if (value === undefined || !holds(field.conditions, this.#evaluation.variables)) continue;
      cost = bounded(cost + this.#field(value, field));
    }
    return cost;
  }

  #field(value: unknown, priced: PricedField): number {
    const count: Count = { weight: 0, below: 0 };
    this.#add(value, priced, this.#selections.below(priced), count);
    const own = count.weight + this.#evaluation.of(priced.arguments);
    return bounded(Math.max(0, own) + count.below);
  }

  #add(
    value: unknown,
    priced: PricedField,
    candidates: readonly PricedObject[],
    count: Count,
  ): void {
    if (value === null || value === undefined) return;
    const { isComposite, weight, lists } = priced.field;
    if (Array.isArray(value) && (lists > 0 || isComposite)) {
      for (const item of value) this.#add(item, priced, candidates, count);
    } else if (!isComposite) {
      count.weight = bounded(count.weight + (weight ?? 0));
    } else if (isObject(value)) {
      const object = fitting(value, candidates);
      count.weight = bounded(count.weight + (weight ?? object?.weight ?? 0));
      if (object !== undefined) count.below = bounded(count.below + this.#below(value, object));
    }
  }
}

/**
 * What is selected of the type that `data` has. Where its name is not there, that is a type with
 * the fields which are; of several, the lightest.
 */
function fitting(
  data: Readonly<JsonObject>,
  candidates: readonly PricedObject[],
): PricedObject | undefined {
  const [first] = candidates;
  if (candidates.length <= 1) return first;
  const typename = getOwn(data, '__typename');
  const named = candidates.find(({ type }) => type === typename);
  if (named !== undefined) return named;
  const complete = candidates.filter(({ fields }) =>
    fields.every(({ key, conditions }) => conditions !== undefined || Object.hasOwn(data, key)),
  );
  const [best = first, ...others] = complete;
  return others.reduce((one, other) => (fitsBetter(other, one) ? other : one), best);
}

function fitsBetter(one: PricedObject, other: PricedObject | undefined): boolean {
  if (other === undefined || one.fields.length > other.fields.length) return true;
  return one.fields.length === other.fields.length && one.weight < other.weight;
}
