import { Kind, type SelectionSetNode } from 'graphql';
import { keysIn, type PlanPath } from './places.ts';
import type { TypeConditions } from './type-conditions.ts';

/**
 * What the fetches of a plan ask for at one place, whatever `@skip` and `@include` leave of it.
 * Places have no numbers: all items of a list are one.
 */
export class Supply {
  readonly #below = new Map<string, Supply>();
  /** For each key, the lists of type conditions under which it is asked for. */
  readonly #asked = new Map<string, (readonly string[])[]>();

  /** Adds what is asked for at the end of `path`. */
  add(path: PlanPath, selectionSet: SelectionSetNode, renamed: ReadonlyMap<string, string>): void {
    keysIn(path)
      .reduce((supply: Supply, key) => supply.below(key), this)
      .#gather(selectionSet, [], renamed);
  }

  below(key: string): Supply {
    const known = this.#below.get(key) ?? new Supply();
    this.#below.set(key, known);
    return known;
  }

  /** True when some fetch asks for `key` of objects of this type, or of some that it stands for. */
  has(key: string, typename: string, types: TypeConditions): boolean {
    const asked = this.#asked.get(key) ?? [];
    return types.isAbstract(typename)
      ? asked.length > 0
      : asked.some((conditions) => conditions.every((each) => types.includes(each, typename)));
  }

  #gather(
    { selections }: SelectionSetNode,
    conditions: readonly string[],
    renamed: ReadonlyMap<string, string>,
  ): void {
    for (const node of selections) {
      if (node.kind === Kind.FIELD) {
        const name = (node.alias ?? node.name).value;
        const key = renamed.get(name) ?? name;
        this.#asked.set(key, [...(this.#asked.get(key) ?? []), conditions]);
        if (node.selectionSet) this.below(key).#gather(node.selectionSet, [], renamed);
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        const type = node.typeCondition?.name.value;
        const inner = type === undefined ? conditions : [...conditions, type];
        this.#gather(node.selectionSet, inner, renamed);
      }
    }
  }
}
