import type { Place } from './parse.ts';
import type { Path } from './path.ts';

/** Where a value was written. */
export interface WrittenAt {
  readonly kind: 'file';
  readonly place: Place;
  /** Where its key stands; a list has none. */
  readonly keyPlace?: Place | undefined;
  /** The text as written, where parts of it came from elsewhere: the value is then a secret. */
  readonly template?: string | undefined;
}

/** A value from the command line; `option` is its name there. */
export interface GivenBy {
  readonly kind: 'option';
  readonly option: string;
}

export type Source = WrittenAt | GivenBy;

/** Where each value of a configuration came from. What is not in here is a default. */
export class Sources {
  readonly #byPath = new Map<string, Source>();

  set(path: Path, source: Source): void {
    this.#byPath.set(JSON.stringify(path), source);
  }

  /** The source of exactly this value. */
  get(path: Path): Source | undefined {
    return this.#byPath.get(JSON.stringify(path));
  }

  /** The source of the value, or of the nearest one round it. */
  nearest(path: Path): Source | undefined {
    for (let length = path.length; length >= 0; length -= 1) {
      const source = this.get(path.slice(0, length));
      if (source !== undefined) return source;
    }
    return undefined;
  }

  /** Forgets whatever was known at `path` and below it. */
  replace(path: Path, source: Source): void {
    const inside = `${JSON.stringify(path).slice(0, -1)},`;
    for (const key of this.#byPath.keys()) if (key.startsWith(inside)) this.#byPath.delete(key);
    this.set(path, source);
  }
}
