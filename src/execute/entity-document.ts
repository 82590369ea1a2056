import type { JsonObject } from '../lib/own.ts';
import type { EntityFetch } from './compile-plan.ts';

/** One selection of entities within a subgraph request. */
export interface EntitySelection {
  readonly fetch: EntityFetch;
  readonly representations: readonly unknown[];
  /** The values of its contextual variables. */
  readonly contextual: Readonly<JsonObject>;
}

/** A subgraph request for one or several selections of entities. */
export interface EntityDocument {
  readonly text: string;
  readonly operationName: string | undefined;
  /** The representations and the contextual values. */
  readonly variables: Readonly<JsonObject>;
  /** The response key under which each selection's entities come back. */
  readonly keys: readonly string[];
}

/**
 * One selection goes out as it was planned; several become aliases of `_entities`, each with
 * contextual variables of its own.
 */
export function entityDocument(selections: readonly EntitySelection[]): EntityDocument {
  const [only] = selections;
  if (selections.length === 1 && only !== undefined) {
    const { text, operationName } = only.fetch;
    const variables = { ...only.contextual, representations: only.representations };
    return { text, operationName, variables, keys: ['_entities'] };
  }
  const keys = selections.map((_, index) => `_entities_${index}`);
  const names = selections.map((_, index) => `representations_${index}`);
  const fields = selections.map(
    ({ fetch }, index) =>
      `${keys[index]}:_entities(representations:$${names[index]})${selectionText(fetch, index)}`,
  );
  const declared = [...names.map((name) => `$${name}:[_Any!]!`), ...declarations(selections)];
  const operationName = only?.fetch.operationName;
  return {
    text: `query${operationName === undefined ? '' : ` ${operationName}`}(${declared.join(',')}){${fields.join(' ')}}`,
    operationName,
    variables: Object.fromEntries(selections.flatMap(variableEntries)),
    keys,
  };
}

function selectionText({ selection, context }: EntityFetch, index: number): string {
  return context === undefined ? selection : context.parts.join(`_${index}`);
}

function variableEntries(
  { representations, contextual }: EntitySelection,
  index: number,
): readonly (readonly [string, unknown])[] {
  const own = Object.entries(contextual).map(
    ([name, value]) => [`${name}_${index}`, value] as const,
  );
  return [[`representations_${index}`, representations], ...own];
}

/** Each client variable once: all fetches of a plan declare one name alike. */
function declarations(selections: readonly EntitySelection[]): readonly string[] {
  const texts = new Map<string, string>();
  for (const [index, { fetch }] of selections.entries()) {
    const contextual = new Set(fetch.context?.variables.map(({ name }) => name));
    for (const { name, text } of fetch.declarations) {
      if (!contextual.has(name)) texts.set(name, text);
      else texts.set(`${name}_${index}`, `$${name}_${index}${text.slice(name.length + 1)}`);
    }
  }
  return [...texts.values()];
}
