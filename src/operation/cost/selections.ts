import { type FieldNode, type FragmentDefinitionNode, Kind, type SelectionSetNode } from 'graphql';
import { type CostField, entityType } from './cost-schema.ts';
import { type FieldTerms, type FieldTermsContext, fieldTerms } from './field-terms.ts';
import type { Condition } from './formula.ts';
import { type Guard, type GuardedSet, guardOf, unguarded } from './guards.ts';

/** What is selected of objects of one type, with fields of one response key joined. */
export interface PricedObject {
  readonly type: string;
  readonly weight: number;
  readonly fields: readonly PricedField[];
}

/** One response key: all selections that share it are answered, and paid for, once. */
export interface PricedField extends FieldTerms {
  readonly key: string;
  readonly field: CostField;
  /** Where one of these holds, the field is included; undefined for always. */
  readonly conditions: readonly (readonly Condition[])[] | undefined;
  readonly sets: readonly GuardedSet[];
}

export interface SelectionsContext extends FieldTermsContext {
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

/** Joining the selections of an operation takes more steps than it is worth. */
export class TooManySelections extends Error {}

/** The most selections that are looked at, each as often as it stands among others: some 20 ms. */
const mostVisits = 50_000;

/**
 * The selections of one operation by the types of objects, joined as execution joins them. What is
 * selected alike of the same type is one object here, so that fragments that are spread many times
 * are worked out once.
 */
export class Selections {
  readonly #context: SelectionsContext;
  readonly #objects = new Map<string, PricedObject>();
  readonly #below = new Map<PricedField, readonly PricedObject[]>();
  readonly #names = new Map<SelectionSetNode, number>();
  #visits = 0;

  constructor(context: SelectionsContext) {
    this.#context = context;
  }

  /** What the object types that `type` stands for are asked; entities are what is named of them. */
  objects(type: string, sets: readonly GuardedSet[]): readonly PricedObject[] {
    const { schema } = this.#context;
    const types = type === entityType ? conditionsIn(sets) : [type];
    const objectTypes = new Set(types.flatMap((each) => schema.objectTypes(each)));
    return [...objectTypes].map((each) => this.object(each, sets));
  }

  /** What an object type is asked. Throws `TooManySelections`. */
  object(type: string, sets: readonly GuardedSet[]): PricedObject {
    const names = sets.map(({ node, guard }) => `${this.#nameOf(node)}?${guard.key}`);
    const key = `${type} ${names.join(' ')}`;
    const known = this.#objects.get(key);
    if (known !== undefined) return known;
    const object = this.#collect(type, sets);
    this.#objects.set(key, object);
    return object;
  }

  /** What the objects that a field yields are asked. */
  below(priced: PricedField): readonly PricedObject[] {
    const known = this.#below.get(priced);
    if (known !== undefined) return known;
    const { field, sets } = priced;
    const objects = field.isComposite ? this.objects(field.type, sets) : [];
    this.#below.set(priced, objects);
    return objects;
  }

  /** Counts one step of work. */
  visit(): void {
    this.#visits += 1;
    if (this.#visits > mostVisits) throw new TooManySelections();
  }

  #nameOf(node: SelectionSetNode): number {
    const name = this.#names.get(node) ?? this.#names.size;
    this.#names.set(node, name);
    return name;
  }

  #collect(type: string, sets: readonly GuardedSet[]): PricedObject {
    const { schema } = this.#context;
    const found = new Map<string, Occurrence[]>();
    const spread = new Set<string>();
    for (const { node, guard } of sets) this.#gather(type, node, guard, found, spread);
    const fields = [...found].map(([key, occurrences]) => this.#field(type, key, occurrences));
    this.visit();
    return { type, weight: schema.weightOf(type), fields };
  }

  #gather(
    type: string,
    { selections }: SelectionSetNode,
    outer: Guard,
    found: Map<string, Occurrence[]>,
    spread: Set<string>,
  ): void {
    for (const node of selections) {
      this.visit();
      const guard = guardOf(node, outer);
      if (guard === undefined) continue;
      if (node.kind === Kind.FIELD) {
        // What introspection asks costs nothing.
        if (node.name.value.startsWith('__')) continue;
        const key = (node.alias ?? node.name).value;
        const same = found.get(key);
        if (same === undefined) found.set(key, [{ node, guard }]);
        else same.push({ node, guard });
        continue;
      }
      const fragment =
        node.kind === Kind.INLINE_FRAGMENT ? node : this.#spread(node.name.value, guard, spread);
      if (fragment === undefined) continue;
      const condition = fragment.typeCondition?.name.value;
      if (condition !== undefined && !this.#context.schema.applies(condition, type)) continue;
      this.#gather(type, fragment.selectionSet, guard, found, spread);
    }
  }

  /** The fragment, unless it was spread here before under the same conditions or none. */
  #spread(name: string, { key }: Guard, spread: Set<string>): FragmentDefinitionNode | undefined {
    if (spread.has(`${name}?`) || spread.has(`${name}?${key}`)) return undefined;
    spread.add(`${name}?${key}`);
    return this.#context.fragments.get(name);
  }

  #field(type: string, key: string, occurrences: readonly Occurrence[]): PricedField {
    const [first] = occurrences;
    if (first === undefined) throw new TypeError('A response key has a field');
    const { node } = first;
    const guards = new Map(occurrences.map(({ guard }) => [guard.key, guard]));
    const field = this.#context.schema.field(type, node.name.value);
    return {
      key,
      field,
      ...fieldTerms(field, node, this.#context),
      conditions: guards.has('')
        ? undefined
        : [...guards.values()].map(({ conditions }) => conditions),
      // Under one guard, the field's own conditions are those of all below it.
      sets: occurrences.flatMap(({ node: { selectionSet }, guard }) =>
        selectionSet === undefined
          ? []
          : [{ node: selectionSet, guard: guards.size === 1 ? unguarded : guard }],
      ),
    };
  }
}

/** The types of the fragments at the top of `sets`. */
function conditionsIn(sets: readonly GuardedSet[]): readonly string[] {
  return sets.flatMap(({ node }) =>
    node.selections.flatMap((each) =>
      each.kind === Kind.INLINE_FRAGMENT ? (each.typeCondition?.name.value ?? []) : [],
    ),
  );
}

interface Occurrence {
  readonly node: FieldNode;
  readonly guard: Guard;
}
