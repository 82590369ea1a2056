import type { CostField } from './cost-schema.ts';
import { nested, type Sized } from './field-terms.ts';
import type { FormulaBuilder, Term } from './formula.ts';
import type { PricedField, PricedObject, Selections } from './selections.ts';

/** What the objects of one type that a field may yield cost, each of them. */
export interface Price {
  readonly weight: number;
  readonly below: Term;
}

/**
 * The most that a field costs: for the costliest type that it may yield, each object's weight and
 * what is selected of it, times the list's size, and the arguments. These lower the field's own
 * weight at most to 0, never what is selected below it.
 */
export function fieldCost(
  size: Term,
  argumentsCost: Term,
  prices: readonly Price[],
  builder: FormulaBuilder,
): Term {
  return builder.largest(
    distinct(prices).map(({ weight, below }) => {
      const own = builder.sum([builder.product(size, weight), argumentsCost]);
      return builder.sum([builder.atLeastNothing(own), builder.product(size, below)]);
    }),
  );
}

function distinct(prices: readonly Price[]): readonly Price[] {
  const seen = new Map<Term, Set<number>>();
  return prices.filter(({ weight, below }) => {
    const weights = seen.get(below) ?? new Set();
    seen.set(below, weights);
    return !weights.has(weight) && weights.add(weight);
  });
}

/** The size of a field's list where its parent's arguments may bound it. */
export function sizeWithin(
  { name, lists }: CostField,
  own: Term,
  sized: Sized | undefined,
  context: { readonly builder: FormulaBuilder; readonly listSize: number },
): Term {
  if (lists === 0 || !sized?.names.has(name)) return own;
  return context.builder.product(sized.size, nested(lists - 1, context.listSize));
}

/** Works out what is selected costs at most; each object that is selected alike once. */
export class Estimator {
  readonly #selections: Selections;
  readonly #context: { readonly builder: FormulaBuilder; readonly listSize: number };
  readonly #known = new Map<PricedObject, Term>();

  constructor(
    selections: Selections,
    context: { readonly builder: FormulaBuilder; readonly listSize: number },
  ) {
    this.#selections = selections;
    this.#context = context;
  }

  /** The cost of all that is selected of one object. Throws `TooManySelections`. */
  below(object: PricedObject, sized?: Sized): Term {
    const known = sized === undefined ? this.#known.get(object) : undefined;
    if (known !== undefined) return known;
    const term = this.#context.builder.sum(object.fields.map((each) => this.#field(each, sized)));
    if (sized === undefined) this.#known.set(object, term);
    return term;
  }

  #field(priced: PricedField, within: Sized | undefined): Term {
    const { field, conditions, sized } = priced;
    const { builder } = this.#context;
    this.#selections.visit();
    const size = sizeWithin(field, priced.size, within, this.#context);
    const prices = field.isComposite
      ? this.#selections.below(priced).map((object) => ({
          weight: field.weight ?? object.weight,
          below: this.below(object, sized),
        }))
      : [{ weight: field.weight ?? 0, below: 0 }];
    return builder.when(conditions, fieldCost(size, priced.arguments, prices, builder));
  }
}
