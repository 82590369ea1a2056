import {
  type GraphQLOutputType,
  getNamedType,
  isAbstractType,
  isCompositeType,
  type SelectionSetNode,
} from 'graphql';
import { getOwn, isObject, type JsonObject } from '../lib/own.ts';
import type { Path } from './places.ts';
import type { Required } from './required.ts';
import {
  collectFields,
  type FieldsType,
  type SelectionContext,
  selectedBelow,
} from './selection.ts';

/**
 * Tells what somebody asked for from what the planner has fetched beyond that: fields that are
 * skipped, and fields of an `@interfaceObject` that are selected of other types only
 * (`@apollo/query-planner` 2.14 asks for them of every type).
 */
export class Asked {
  readonly #root: FieldsType;
  readonly #selectionSet: SelectionSetNode;
  readonly #context: SelectionContext;

  constructor(root: FieldsType, selectionSet: SelectionSetNode, context: SelectionContext) {
    this.#root = root;
    this.#selectionSet = selectionSet;
    this.#context = context;
  }

  /**
   * False when the value at `path` is selected of other types or under other conditions only, and
   * not required by another fetch, while all above it is there: then nobody misses it.
   */
  has(path: Path, data: Readonly<JsonObject>, required: Required): boolean {
    let type: GraphQLOutputType = this.#root;
    let selectionSets: readonly SelectionSetNode[] = [this.#selectionSet];
    // Of whatever type, under whatever conditions.
    let anyhow: readonly SelectionSetNode[] = [this.#selectionSet];
    let value: unknown = data;
    for (const [index, key] of path.entries()) {
      if (typeof key === 'number') {
        value = Array.isArray(value) ? value[key] : undefined;
        continue;
      }
      const objectType = this.#typeOf(type, value);
      if (objectType === undefined || !isObject(value)) return true;
      const selected = collectFields(objectType, selectionSets, this.#context);
      const field = selected.find((each) => each.key === key);
      const below = this.#below(anyhow).get(key);
      if (field === undefined) return below === undefined || required.has(path.slice(0, index + 1));
      if (field.field === undefined) return true;
      type = field.field.type;
      selectionSets = field.selectionSets;
      anyhow = below ?? [];
      value = getOwn(value, key);
    }
    return true;
  }

  #below(selectionSets: readonly SelectionSetNode[]) {
    const { fragments } = this.#context;
    return selectedBelow(selectionSets, { fragments, variables: undefined });
  }

  /** The type of an object, as far as it is known. */
  #typeOf(type: GraphQLOutputType, value: unknown): FieldsType | undefined {
    const named = getNamedType(type);
    if (!isCompositeType(named)) return undefined;
    if (!isAbstractType(named)) return named;
    const typename = isObject(value) ? getOwn(value, '__typename') : undefined;
    const known = typeof typename === 'string' ? this.#context.schema.getType(typename) : undefined;
    return known !== undefined && isCompositeType(known) && !isAbstractType(known)
      ? known
      : undefined;
  }
}
