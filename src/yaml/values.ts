import { isAlias, isMap, isNode, isScalar, isSeq, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Problem } from '../errors.ts';
import type { JsonObject } from '../lib/own.ts';
import type { ParsedYaml, Place } from './parse.ts';
import type { Path } from './path.ts';
import { childShapes, fitText, type Shape } from './shape.ts';
import { Sources } from './sources.ts';
import { type References, substitute } from './substitute.ts';

/** Far above any configuration: aliases of aliases would multiply beyond all bounds. */
const maxValues = 10_000;
const maxDepth = 50;

/** Where a value belongs, and what it may be there. */
interface Spot {
  readonly path: Path;
  readonly shapes: readonly Shape[];
  readonly keyPlace?: Place | undefined;
}

/** Takes the values out of a parsed file: aliases followed, references replaced, places kept. */
export class ValueReader {
  readonly sources = new Sources();
  readonly problems: Problem[] = [];
  /** Where a problem was found: the value there is not what was meant. */
  readonly spoiled: Path[] = [];
  readonly #yaml: ParsedYaml;
  readonly #references: References;
  #values = 0;

  constructor(yaml: ParsedYaml, references: References) {
    this.#yaml = yaml;
    this.#references = references;
  }

  /** The whole file; one without content is an empty map. */
  read(shapes: readonly Shape[]): unknown {
    return this.#read(this.#yaml.root, { path: [], shapes }) ?? {};
  }

  #read(written: unknown, spot: Spot): unknown {
    const place = this.#placeOf(written, spot);
    this.sources.set(spot.path, { kind: 'file', place, keyPlace: spot.keyPlace });
    this.#values += 1;
    if (this.#values > maxValues || spot.path.length > maxDepth) return this.#overflow(place);
    const node = isAlias(written) ? this.#yaml.resolve(written) : written;
    if (node === undefined) {
      return this.#refuse('YAML_SYNTAX', 'No anchor of this name comes before', place, spot.path);
    }
    if (isMap(node)) return this.#readMap(node, spot);
    if (isSeq(node)) return this.#readList(node, spot);
    const value = isScalar(node) ? node.value : null;
    return typeof value === 'string' ? this.#readText(value, place, spot) : value;
  }

  /** Of `{ key }`, there is nothing but the key. */
  #placeOf(written: unknown, { keyPlace }: Spot): Place {
    return keyPlace !== undefined && !isNode(written) ? keyPlace : this.#yaml.placeOf(written);
  }

  #readMap(map: YAMLMap, { path, shapes }: Spot): JsonObject {
    const values: JsonObject = {};
    for (const { key, value } of map.items) {
      const name = isScalar(key) ? String(key.value) : String(key);
      const keyPlace = this.#yaml.placeOf(key);
      const spot = { path: [...path, name], shapes: childShapes(shapes, name), keyPlace };
      if (name === '__proto__') {
        this.#refuse('UNKNOWN_KEY', `"${name}" cannot be a key`, keyPlace, spot.path);
      } else {
        values[name] = this.#read(value, spot);
      }
    }
    return values;
  }

  #readList(list: YAMLSeq, { path, shapes }: Spot): unknown[] {
    return list.items.map((item, index) => {
      return this.#read(item, { path: [...path, index], shapes: childShapes(shapes, index) });
    });
  }

  /** What was substituted takes the type that is asked for, quoted in the file or not. */
  #readText(template: string, place: Place, { path, shapes, keyPlace }: Spot): unknown {
    const { text, substituted, failures } = substitute(template, this.#references);
    for (const { code, message } of failures) this.#refuse(code, message, place, path);
    if (!substituted) return text;
    this.sources.set(path, { kind: 'file', place, keyPlace, template });
    return fitText(text, shapes);
  }

  #overflow(place: Place): undefined {
    if (this.#values > maxValues + 1) return undefined;
    // Reported once: whatever is read after it counts as too much as well.
    this.#values = maxValues + 1;
    return this.#refuse('YAML_SYNTAX', 'This is nested too deeply, or repeats itself', place, []);
  }

  #refuse(code: string, message: string, place: Place, path: Path): undefined {
    this.problems.push({ code, message, ...place });
    this.spoiled.push(path);
    return undefined;
  }
}
