import { getOwn, type JsonObject } from '../lib/own.ts';
import type { Representation } from './representations.ts';

/**
 * What is known of entities, found by their type and the value of their only key: that is sooner
 * done than to write what represents them and to compare that.
 */
export class BySoleKey<Known> {
  readonly #soleKey: Representation['soleKey'];
  readonly #byType = new Map<unknown, Map<unknown, Known>>();

  constructor({ soleKey }: Representation) {
    this.#soleKey = soleKey;
  }

  get(object: JsonObject): Known | undefined {
    const typename = getOwn(object, '__typename');
    const key = this.#soleKey(typename);
    return key === undefined ? undefined : this.#byType.get(typename)?.get(getOwn(object, key));
  }

  /** False where nothing is kept: the object has no only key. */
  set(object: JsonObject, known: Known): boolean {
    const typename = getOwn(object, '__typename');
    const key = this.#soleKey(typename);
    const value = key === undefined ? undefined : getOwn(object, key);
    // Objects and lists are equal by what is in them.
    if (value === undefined || typeof value === 'object') return false;
    let sameType = this.#byType.get(typename);
    if (sameType === undefined) {
      sameType = new Map();
      this.#byType.set(typename, sameType);
    }
    sameType.set(value, known);
    return true;
  }
}
