import type { JsonObject } from '../lib/own.ts';

/**
 * The entities that are to be fetched, each told by what represents it, and the objects that get
 * what comes of it. There may be thousands, which stay until the answer is here: so each is no more
 * than a member of two lists.
 */
export class Wanted {
  /** As JSON; they differ from each other. */
  #representations: string[] = [];
  readonly #firsts: JsonObject[] = [];
  /** The further objects of an entity, by its index. */
  #others: Map<number, JsonObject[]> | undefined;
  /** Made once a representation is looked for. */
  #indexes: Map<string, number> | undefined;

  get size(): number {
    return this.#firsts.length;
  }

  /** For each entity, the object that was added first. */
  get firsts(): readonly JsonObject[] {
    return this.#firsts;
  }

  /** Gives away what represents the entities, which need not be kept here; none is added after. */
  take(): readonly string[] {
    const representations = this.#representations;
    this.#representations = [];
    this.#indexes = undefined;
    return representations;
  }

  /** Adds an object to those of its entity, and gives the index. */
  add(representation: string, object: JsonObject): number {
    this.#indexes ??= new Map(this.#representations.map((text, index) => [text, index]));
    const index = this.#indexes.get(representation);
    if (index === undefined) return this.addNew(representation, object);
    this.addTo(index, object);
    return index;
  }

  /** Adds an object of an entity that is unlike all before, and gives the index. */
  addNew(representation: string, object: JsonObject): number {
    const index = this.#representations.push(representation) - 1;
    this.#firsts.push(object);
    this.#indexes?.set(representation, index);
    return index;
  }

  addTo(index: number, object: JsonObject): void {
    this.#others ??= new Map();
    const others = this.#others.get(index);
    if (others === undefined) this.#others.set(index, [object]);
    else others.push(object);
  }

  /** The objects of the entity at `index`, in the order in which they were added. */
  objectsOf(index: number): readonly JsonObject[] {
    const first = this.#firsts[index];
    if (first === undefined) return [];
    const others = this.#others?.get(index);
    return others === undefined ? [first] : [first, ...others];
  }
}
