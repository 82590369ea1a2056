import { getOwn, type JsonObject } from '../lib/own.ts';

/** Tells which objects a type condition applies to. */
export class TypeConditions {
  readonly #possibleTypes: ReadonlyMap<string, ReadonlySet<string>>;

  /** `possibleTypes` has the object types of each interface and union of the supergraph. */
  constructor(possibleTypes: ReadonlyMap<string, ReadonlySet<string>>) {
    this.#possibleTypes = possibleTypes;
  }

  /** `DoesFragmentTypeApply` of GraphQL October 2021, section 6.3.2, by the object's `__typename`. */
  matches(object: Readonly<JsonObject>, condition: string): boolean {
    const typename = getOwn(object, '__typename');
    return typeof typename === 'string' && this.includes(condition, typename);
  }

  /** True when `typename` is `condition` or one of the object types it stands for. */
  includes(condition: string, typename: string): boolean {
    return typename === condition || this.#possibleTypes.get(condition)?.has(typename) === true;
  }

  isAbstract(typename: string): boolean {
    return this.#possibleTypes.has(typename);
  }
}
