import type { EntityFetch, VariableDeclaration } from './compile-plan.ts';

/** One selection of entities within a subgraph request. */
export interface EntitySelection {
  readonly fetch: EntityFetch;
  readonly representations: readonly unknown[];
}

/** A subgraph request for one or several selections of entities. */
export interface EntityDocument {
  readonly text: string;
  readonly operationName: string | undefined;
  readonly representations: Readonly<Record<string, readonly unknown[]>>;
  /** The response key under which each selection's entities come back. */
  readonly keys: readonly string[];
}

/** One selection goes out as it was planned; several become aliases of `_entities`. */
export function entityDocument(selections: readonly EntitySelection[]): EntityDocument {
  const [only] = selections;
  if (selections.length === 1 && only !== undefined) {
    const { text, operationName } = only.fetch;
    const representations = { representations: only.representations };
    return { text, operationName, representations, keys: ['_entities'] };
  }
  const keys = selections.map((_, index) => `_entities_${index}`);
  const names = selections.map((_, index) => `representations_${index}`);
  const fields = selections.map(
    ({ fetch }, index) =>
      `${keys[index]}:_entities(representations:$${names[index]})${fetch.selection}`,
  );
  const declared = [...names.map((name) => `$${name}:[_Any!]!`), ...declarations(selections)];
  const operationName = only?.fetch.operationName;
  return {
    text: `query${operationName === undefined ? '' : ` ${operationName}`}(${declared.join(',')}){${fields.join(' ')}}`,
    operationName,
    representations: Object.fromEntries(
      selections.map(({ representations }, index) => [`representations_${index}`, representations]),
    ),
    keys,
  };
}

/** Each client variable once: all fetches of a plan declare one name alike. */
function declarations(selections: readonly EntitySelection[]): readonly string[] {
  const byName = new Map<string, VariableDeclaration>();
  for (const { fetch } of selections) {
    for (const each of fetch.declarations) byName.set(each.name, each);
  }
  return [...byName.values()].map(({ text }) => text);
}
