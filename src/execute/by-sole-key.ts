import { getOwn, type JsonObject } from '../lib/own.ts';
import type { Representation } from './representations.ts';

/**
 * What is known of entities, found by their type and the value of their only key: that is sooner
 * done than to write what represents them and to compare that.
 */
export class BySoleKey<Known> {
  readonly #soleKey: Representation['soleKey'];
  /** Mostly all are of one type. */
  #type: unknown;
  #ofType: Map<unknown, Known> | undefined;
  #ofOthers: Map<unknown, Map<unknown, Known>> | undefined;

  constructor({ soleKey }: Representation) {
    this.#soleKey = soleKey;
  }

  get(object: JsonObject): Known | undefined {
    const typename = getOwn(object, '__typename');
    const key = this.#soleKey(typename);
    return key === undefined ? undefined : this.#of(typename)?.get(getOwn(object, key));
  }

  /** False where nothing is kept: the object has no only key. */
  set(object: JsonObject, known: Known): boolean {
    const typename = getOwn(object, '__typename');
    const key = this.#soleKey(typename);
    const value = key === undefined ? undefined : getOwn(object, key);
    // Objects and lists are equal by what is in them.
    if (value === undefined || typeof value === 'object') return false;
    const sameType = this.#of(typename) ?? this.#begun(typename);
    sameType.set(value, known);
    return true;
  }

  #of(typename: unknown): Map<unknown, Known> | undefined {
    return typename === this.#type ? this.#ofType : this.#ofOthers?.get(typename);
  }

  #begun(typename: unknown): Map<unknown, Known> {
    const begun = new Map<unknown, Known>();
    if (this.#ofType === undefined) {
      this.#type = typename;
      this.#ofType = begun;
    } else {
      this.#ofOthers ??= new Map();
      this.#ofOthers.set(typename, begun);
    }
    return begun;
  }
}
