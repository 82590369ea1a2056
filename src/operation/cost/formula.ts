import type { FieldNode } from 'graphql';
import type { Variables } from '../variables.ts';

/** The largest cost there is: what would be larger stays at it, so that no cost is infinite. */
export const largestCost: number = Number.MAX_SAFE_INTEGER;

/** A cost or a size that is known at once, or that depends on the variables of a request. */
export type Term = number | VariableTerm;

/** A term that is worked out once in each evaluation, however many others need it. */
export interface VariableTerm {
  readonly index: number;
  readonly work: (evaluation: Evaluation) => number;
}

/** A variable and what it has to be for a selection to be included. */
export interface Condition {
  readonly variable: string;
  readonly value: boolean;
}

/** A field that was not given exactly one of its slicing arguments. */
export interface SlicingFault {
  /** `Type.field`. */
  readonly coordinate: string;
  /** How many were given. */
  readonly given: number;
  readonly node: FieldNode;
}

/** Builds terms. What is known at once is worked out at once; a cost is never below 0. */
export class FormulaBuilder {
  #size = 0;

  /** How many terms depend on variables. */
  get size(): number {
    return this.#size;
  }

  /** A term that `work` reads from the variables. */
  variable(work: VariableTerm['work']): VariableTerm {
    const index = this.#size;
    this.#size += 1;
    return { index, work };
  }

  sum(terms: readonly Term[]): Term {
    let known = 0;
    const others: VariableTerm[] = [];
    for (const term of terms) {
      if (typeof term === 'number') known = bounded(known + term);
      else others.push(term);
    }
    if (others.length === 0) return known;
    const [only] = others;
    if (known === 0 && others.length === 1 && only !== undefined) return only;
    return this.variable((evaluation) => {
      let total = known;
      for (const term of others) total = bounded(total + evaluation.of(term));
      return total;
    });
  }

  product(one: Term, other: Term): Term {
    if (one === 0 || other === 0) return 0;
    if (one === 1) return other;
    if (other === 1) return one;
    if (typeof one === 'number' && typeof other === 'number') return bounded(one * other);
    return this.variable((evaluation) => bounded(evaluation.of(one) * evaluation.of(other)));
  }

  largest(terms: readonly Term[]): Term {
    let known = 0;
    const others = new Set<VariableTerm>();
    for (const term of terms) {
      if (typeof term === 'number') known = Math.max(known, term);
      else others.add(term);
    }
    if (others.size === 0) return known;
    const [only] = others;
    if (known === 0 && others.size === 1 && only !== undefined) return only;
    return this.variable((evaluation) => {
      let most = known;
      for (const term of others) most = Math.max(most, evaluation.of(term));
      return most;
    });
  }

  /** `term`, or 0 where it is below. */
  atLeastNothing(term: Term): Term {
    if (typeof term === 'number') return Math.max(0, term);
    return this.variable((evaluation) => Math.max(0, evaluation.of(term)));
  }

  /** `term` where all conditions of one of `alternatives` hold; otherwise 0. */
  when(alternatives: readonly (readonly Condition[])[] | undefined, term: Term): Term {
    if (alternatives === undefined || term === 0) return term;
    return this.variable((evaluation) =>
      holds(alternatives, evaluation.variables) ? evaluation.of(term) : 0,
    );
  }
}

/** True where all conditions of one of `alternatives` hold; without alternatives, always. */
export function holds(
  alternatives: readonly (readonly Condition[])[] | undefined,
  variables: Variables,
): boolean {
  return (
    alternatives === undefined ||
    alternatives.some((all) => all.every(({ variable, value }) => variables[variable] === value))
  );
}

/** Terms with the variables of one request. */
export class Evaluation {
  readonly variables: Variables;
  /** The first field that lacks a slicing argument or has too many. */
  fault: SlicingFault | undefined;
  readonly #size: number;
  /** Made once there is a term that depends on the variables: most have none. */
  #known: Float64Array | undefined;

  /** `size` is that of the builder. */
  constructor(variables: Variables, size: number) {
    this.variables = variables;
    this.#size = size;
  }

  of(term: Term): number {
    if (typeof term === 'number') return term;
    this.#known ??= new Float64Array(this.#size).fill(Number.NaN);
    const known = this.#known[term.index] ?? Number.NaN;
    if (!Number.isNaN(known)) return known;
    const value = term.work(this);
    this.#known[term.index] = value;
    return value;
  }
}

/** `cost` within what can be counted. */
export function bounded(cost: number): number {
  return Math.min(cost, largestCost);
}
