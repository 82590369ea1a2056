import { getOwn, isObject, type JsonObject } from '../../lib/own.ts';
import { bounded, type Evaluation, holds } from './formula.ts';
import type { PricedField, PricedObject, Selections } from './selections.ts';

/**
 * What an answer costs by the weights that the estimate has, with lists as long as they are. What
 * is null or not there costs no more than its arguments do. A long answer is counted piece by piece.
 */
export class ActualCost {
  readonly #selections: Selections;
  readonly #evaluation: Evaluation;
  /** What is still to be counted, and what is selected of each. */
  readonly #objects: JsonObject[] = [];
  readonly #selected: PricedObject[] = [];
  /** How many values may still be looked at for now. */
  #left = 0;
  #cost = 0;

  constructor(selections: Selections, evaluation: Evaluation) {
    this.#selections = selections;
    this.#evaluation = evaluation;
  }

  /** What was counted so far. */
  get cost(): number {
    return this.#cost;
  }

  /** Has all counted that `data` has of what is selected of one of `candidates`. */
  add(data: JsonObject, candidates: readonly PricedObject[]): void {
    const selected = fitting(data, candidates);
    if (selected === undefined) return;
    this.#objects.push(data);
    this.#selected.push(selected);
  }

  /** Counts some `most` values more, but a list as a whole; true once there are no others. */
  goOn(most: number): boolean {
    this.#left = most;
    while (this.#left > 0) {
      const object = this.#objects.pop();
      const selected = this.#selected.pop();
      if (object === undefined || selected === undefined) return true;
      this.#count(object, selected);
    }
    return this.#objects.length === 0;
  }

  #count(data: JsonObject, { fields }: PricedObject): void {
    for (const field of fields) {
      const value = getOwn(data, field.key);
      if (value === undefined || !holds(field.conditions, this.#evaluation.variables)) continue;
      const weight = this.#weigh(value, field, this.#selections.below(field));
      const own = Math.max(0, weight + this.#evaluation.of(field.arguments));
      this.#cost = bounded(this.#cost + own);
    }
  }

  /** The weights of a field's objects or leaves; what is below them follows. */
  #weigh(value: unknown, priced: PricedField, candidates: readonly PricedObject[]): number {
    this.#left -= 1;
    if (value === null || value === undefined) return 0;
    const { isComposite, weight, lists } = priced.field;
    if (Array.isArray(value) && (lists > 0 || isComposite)) {
      let total = 0;
      for (const item of value) total = bounded(total + this.#weigh(item, priced, candidates));
      return total;
    }
    if (!isComposite) return weight ?? 0;
    if (!isObject(value)) return 0;
    const object = fitting(value, candidates);
    if (object !== undefined) {
      this.#objects.push(value);
      this.#selected.push(object);
    }
    return weight ?? object?.weight ?? 0;
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
