import {
  type FragmentDefinitionNode,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';

/**
 * Makes a number of one selection set, given the numbers of what is inside its selections: of a
 * field's own selections, or of the fragment that a selection stands for; 0 where nothing is.
 */
export type Measure = (
  selections: readonly SelectionNode[],
  inside: (selection: SelectionNode) => number,
) => number;

/**
 * Measures selections as if each fragment were written out wherever it is spread. A fragment is
 * measured once, those that it spreads before it, so this takes no longer than reading the
 * document, and no deeper a stack than its brackets do. Numbers that grow past all bounds become
 * `Infinity`. In a circle of fragments, one counts nothing where it closes the circle.
 */
export class Expansion {
  readonly #fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  readonly #innerFirst: readonly FragmentDefinitionNode[];
  readonly #measured = new Map<Measure, ReadonlyMap<string, number>>();

  constructor(fragments: ReadonlyMap<string, FragmentDefinitionNode>) {
    this.#fragments = fragments;
    this.#innerFirst = innerFirst(fragments);
  }

  measure(measure: Measure, selectionSet: SelectionSetNode): number {
    if (this.#fragments.size === 0) return measureSet(measure, selectionSet, none);
    const known = this.#measured.get(measure) ?? this.#measureFragments(measure);
    return measureSet(measure, selectionSet, known);
  }

  #measureFragments(measure: Measure): ReadonlyMap<string, number> {
    const known = new Map<string, number>();
    for (const { name, selectionSet } of this.#innerFirst) {
      known.set(name.value, measureSet(measure, selectionSet, known));
    }
    this.#measured.set(measure, known);
    return known;
  }
}

const none: ReadonlyMap<string, number> = new Map();

function measureSet(
  measure: Measure,
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, number>,
): number {
  return measure(selections, (selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return fragments.get(selection.name.value) ?? 0;
    if (selection.selectionSet === undefined) return 0;
    return measureSet(measure, selection.selectionSet, fragments);
  });
}

/** Each fragment after those that it spreads, as far as there is no circle. */
function innerFirst(
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly FragmentDefinitionNode[] {
  const met = new Set<FragmentDefinitionNode>();
  const ordered = new Set<FragmentDefinitionNode>();
  for (const first of fragments.values()) {
    const trail = [first];
    for (let last = trail.at(-1); last !== undefined; last = trail.at(-1)) {
      const inner = met.has(last) ? [] : spreadIn(last, fragments).filter((one) => !met.has(one));
      met.add(last);
      if (inner.length > 0) {
        trail.push(...inner);
      } else {
        trail.pop();
        ordered.add(last);
      }
    }
  }
  return [...ordered];
}

/** The fragments that are spread anywhere in one. */
function spreadIn(
  { selectionSet }: FragmentDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): readonly FragmentDefinitionNode[] {
  const found = new Set<FragmentDefinitionNode>();
  const sets = [selectionSet];
  for (let set = sets.pop(); set !== undefined; set = sets.pop()) {
    for (const selection of set.selections) {
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value);
        if (fragment !== undefined) found.add(fragment);
      } else if (selection.selectionSet !== undefined) {
        sets.push(selection.selectionSet);
      }
    }
  }
  return [...found];
}

/** The sum of `count` over all `selections`. */
export function sum(
  selections: readonly SelectionNode[],
  count: (selection: SelectionNode) => number,
): number {
  let total = 0;
  for (const selection of selections) total += count(selection);
  return total;
}

/** The largest `count` of all `selections`. */
export function largest(
  selections: readonly SelectionNode[],
  count: (selection: SelectionNode) => number,
): number {
  let most = 0;
  for (const selection of selections) most = Math.max(most, count(selection));
  return most;
}
