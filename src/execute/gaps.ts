import {
  type GraphQLCompositeType,
  type GraphQLOutputType,
  getNamedType,
  isCompositeType,
  isObjectType,
  isUnionType,
  type SelectionSetNode,
} from 'graphql';
import { type Path, placeOf } from './places.ts';
import { type CollectContext, collectFields, type FieldsType } from './selection.ts';
import type { Supply } from './supply.ts';
import type { TypeConditions } from './type-conditions.ts';

/** What is selected at one place, where objects may be of several types. */
interface Selected {
  readonly types: Set<GraphQLCompositeType>;
  readonly selectionSets: Set<SelectionSetNode>;
}

export interface GapsInput extends Omit<CollectContext, 'variables'> {
  readonly types: TypeConditions;
}

/**
 * The fields of an operation that no fetch of its plan supplies. Upstream defect: where the
 * planner finds no way to a field, it leaves it out without a word (`@apollo/query-planner` 2.14):
 * so with an interface of which the subgraph knows no type. They are found once per plan, as if
 * no field was skipped; which of them are selected, each request tells.
 */
export class Gaps {
  readonly #gaps = new Set<string>();
  readonly #input: GapsInput;

  constructor(root: FieldsType, selectionSet: SelectionSetNode, supply: Supply, input: GapsInput) {
    this.#input = input;
    const selected = { types: new Set([root]), selectionSets: new Set([selectionSet]) };
    this.#find(selected, supply, []);
  }

  /** True when no fetch supplies the field at `path` to objects of the type. */
  has(path: Path, typename: string): boolean {
    return this.#gaps.size > 0 && this.#gaps.has(gapOf(path, typename));
  }

  #find({ types, selectionSets }: Selected, supply: Supply, path: Path): void {
    const below = new Map<string, Selected>();
    for (const type of [...types].flatMap((each) => this.#typesOf(each))) {
      for (const { key, field, selectionSets: inner } of this.#collect(type, selectionSets)) {
        if (field === undefined || field.name === '__typename') continue;
        if (supply.has(key, type.name, this.#input.types)) addBelow(below, key, field.type, inner);
        else this.#gaps.add(gapOf([...path, key], type.name));
      }
    }
    for (const [key, selected] of below) this.#find(selected, supply.below(key), [...path, key]);
  }

  #collect(type: FieldsType, selectionSets: ReadonlySet<SelectionSetNode>) {
    return collectFields(type, [...selectionSets], { ...this.#input, variables: undefined });
  }

  /** The types that objects may have, and the interface, where a subgraph tells no more of one. */
  #typesOf(type: GraphQLCompositeType): readonly FieldsType[] {
    if (isObjectType(type)) return [type];
    const possible = this.#input.schema.getPossibleTypes(type);
    return isUnionType(type) ? possible : [type, ...possible];
  }
}

function addBelow(
  below: Map<string, Selected>,
  key: string,
  type: GraphQLOutputType,
  selectionSets: readonly SelectionSetNode[],
): void {
  const named = getNamedType(type);
  if (!isCompositeType(named)) return;
  const selected = below.get(key) ?? { types: new Set(), selectionSets: new Set() };
  below.set(key, selected);
  selected.types.add(named);
  for (const each of selectionSets) selected.selectionSets.add(each);
}

function gapOf(path: Path, typename: string): string {
  return `${typename}\0${placeOf(path)}`;
}
