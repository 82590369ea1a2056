import { type FetchDocument, fetchDocument } from './fetch-document.ts';
import type { EntityFetch } from './plan-steps.ts';

/** A document for one or several selections of entities. */
export interface EntityDocument {
  readonly document: FetchDocument;
  /** The response key under which each selection's entities come back. */
  readonly keys: readonly string[];
  /** The name of each selection's representations. */
  readonly representations: readonly string[];
  /** What comes behind the names of each selection's contextual variables. */
  readonly suffixes: readonly string[];
}

/** The most combinations that are kept for one first fetch: which meet depends on timing. */
const mostKept = 64;

/** The documents of one plan's entity fetches, by combination. */
export class EntityDocuments {
  readonly #single = new WeakMap<EntityFetch, EntityDocument>();
  readonly #combined = new Map<string, EntityDocument>();

  /** The document for fetches that go out together. What was cut for one request is not kept. */
  for(fetches: readonly EntityFetch[]): EntityDocument {
    const [only] = fetches;
    if (only !== undefined && fetches.length === 1) return this.#alone(only);
    if (fetches.some(({ id }) => id === undefined)) return together(fetches);
    const key = fetches.map(({ id }) => id).join();
    const known = this.#combined.get(key);
    if (known !== undefined) return known;
    const made = together(fetches);
    if (this.#combined.size >= mostKept) this.#combined.clear();
    this.#combined.set(key, made);
    return made;
  }

  #alone(fetch: EntityFetch): EntityDocument {
    const known = this.#single.get(fetch);
    if (known !== undefined) return known;
    const { document } = fetch;
    const names = { keys: ['_entities'], representations: ['representations'], suffixes: [''] };
    const made = { document, ...names };
    this.#single.set(fetch, made);
    return made;
  }
}

/** Several fetches become aliases of `_entities`, each with contextual variables of its own. */
function together(fetches: readonly EntityFetch[]): EntityDocument {
  const suffixes = fetches.map((_, index) => `_${index}`);
  const keys = suffixes.map((suffix) => `_entities${suffix}`);
  const representations = suffixes.map((suffix) => `representations${suffix}`);
  const fields = fetches.map(
    (fetch, index) =>
      `${keys[index]}:_entities(representations:$${representations[index]})${selectionText(fetch, index)}`,
  );
  const declared = [
    ...representations.map((name) => `$${name}:[_Any!]!`),
    ...declarations(fetches),
  ];
  const operationName = fetches[0]?.document.operationName;
  const name = operationName === undefined ? '' : ` ${operationName}`;
  const text = `query${name}(${declared.join(',')}){${fields.join(' ')}}`;
  return { document: fetchDocument(text, operationName), keys, representations, suffixes };
}

function selectionText({ selection, context }: EntityFetch, index: number): string {
  return context === undefined ? selection : context.parts.join(`_${index}`);
}

/** Each client variable once: all fetches of a plan declare one name alike. */
function declarations(fetches: readonly EntityFetch[]): readonly string[] {
  const texts = new Map<string, string>();
  for (const [index, fetch] of fetches.entries()) {
    const contextual = new Set(fetch.context?.variables.map(({ name }) => name));
    for (const { name, text } of fetch.declarations) {
      if (!contextual.has(name)) texts.set(name, text);
      else texts.set(`${name}_${index}`, `$${name}_${index}${text.slice(name.length + 1)}`);
    }
  }
  return [...texts.values()];
}
