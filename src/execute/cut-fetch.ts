import {
  type FieldNode,
  Kind,
  print,
  type SelectionNode,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import { contextFor } from './context-selection.ts';
import { fetchDocument } from './fetch-document.ts';
import type { EntityFetch } from './plan-steps.ts';

/** Stays of a field of which nothing below is asked: whether it is there. */
const onlyTypename: SelectionSetNode = {
  kind: Kind.SELECTION_SET,
  selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
};

/** A selection without the fields that `isCut` names, given each with those above it. */
export function withoutFields(
  selectionSet: SelectionSetNode,
  isCut: (nodes: readonly FieldNode[]) => boolean,
): SelectionSetNode {
  return visit(selectionSet, {
    Field: {
      enter: (node, _key, _parent, _path, ancestors) =>
        isCut([...ancestors.filter(isField), node]) ? null : undefined,
      leave: (node) =>
        node.selectionSet?.selections.length === 0
          ? { ...node, selectionSet: onlyTypename }
          : undefined,
    },
    InlineFragment: {
      leave: (node) => (node.selectionSet.selections.length === 0 ? null : undefined),
    },
  });
}

/** Where a field stands within the entities of `fetch`, in the plan's own keys. */
export function keysOf({ renamed }: EntityFetch, nodes: readonly FieldNode[]): readonly string[] {
  const keys = nodes.map(({ alias, name }) => (alias ?? name).value);
  return keys.map((key) => renamed.get(key) ?? key);
}

function isField(node: unknown): node is FieldNode {
  return typeof node === 'object' && node !== null && 'kind' in node && node.kind === Kind.FIELD;
}

/** The same fetch with a part of its selection. */
export function cutFetch(fetch: EntityFetch, selectionSet: SelectionSetNode): EntityFetch {
  const used = variablesIn(selectionSet);
  const declarations = fetch.declarations.filter(({ name }) => used.has(name));
  const selection = stripIgnoredCharacters(print(selectionSet));
  const declared = ['$representations:[_Any!]!', ...declarations.map(({ text }) => text)];
  const { operationName } = fetch.document;
  const name = operationName === undefined ? '' : ` ${operationName}`;
  const text = `query${name}(${declared.join(',')}){_entities(representations:$representations)${selection}}`;
  const context = fetch.context?.variables.filter((variable) => used.has(variable.name));
  return {
    ...fetch,
    id: undefined,
    selectionSet,
    selection,
    likeness: likenessOf({ ...fetch, selection }),
    declarations,
    document: fetchDocument(text, operationName),
    variables: fetch.variables.filter((variable) => used.has(variable)),
    keys: new Set(responseKeys(selectionSet)),
    parts: fetch.parts.length === 0 ? [] : partsOf(fetch.subgraph, selectionSet),
    context: context && contextFor(selectionSet, context),
  };
}

/** See `EntityFetch.likeness`. */
export function likenessOf({
  subgraph,
  selection,
  alone = '',
}: Pick<EntityFetch, 'subgraph' | 'selection' | 'alone'>): string {
  return `${subgraph}${selection}${alone}`;
}

/** The keys that a selection yields at its own level, whatever the type of the object. */
export function responseKeys(selectionSet: SelectionSetNode): readonly string[] {
  const keys = new Set<string>();
  for (const node of selectionSet.selections) {
    if (node.kind === Kind.FIELD) keys.add((node.alias ?? node.name).value);
    else if (node.kind === Kind.INLINE_FRAGMENT) {
      for (const key of responseKeys(node.selectionSet)) keys.add(key);
    }
  }
  return [...keys];
}

/** What is selected of the entities of a subgraph, field by field. */
export function partsOf(subgraph: string, { selections }: SelectionSetNode): readonly string[] {
  const parts = (type: string, nodes: readonly SelectionNode[]) =>
    nodes.map((node) => `${subgraph}\0${type}\0${stripIgnoredCharacters(print(node))}`);
  return selections.flatMap((node) => {
    const isPlain = node.kind === Kind.INLINE_FRAGMENT && !node.directives?.length;
    if (!isPlain) return parts('', [node]);
    return parts(node.typeCondition?.name.value ?? '', node.selectionSet.selections);
  });
}

function variablesIn(selectionSet: SelectionSetNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(selectionSet, { Variable: ({ name }) => void names.add(name.value) });
  return names;
}
