import {
  type FieldNode,
  Kind,
  print,
  type SelectionSetNode,
  stripIgnoredCharacters,
  visit,
} from 'graphql';
import { contextFor } from './context-selection.ts';
import { fetchDocument } from './fetch-document.ts';
import type { EntityFetch } from './plan-steps.ts';

/** A field that is not asked for, since the value of `variable` is not known. */
export interface CutField {
  /** From the entity, in the plan's own keys. */
  readonly path: readonly string[];
  readonly variable: string;
}

/** A fetch without the fields for which there is no contextual value; undefined: nothing is left. */
export interface CutFetch {
  readonly fetch: EntityFetch | undefined;
  readonly cut: readonly CutField[];
}

/** Leaves out of `fetch` the fields that need one of the `lost` variables. */
export function withoutFieldsOf(fetch: EntityFetch, lost: ReadonlySet<string>): CutFetch {
  const { context } = fetch;
  if (context === undefined || lost.size === 0) return { fetch, cut: [] };
  const cut: CutField[] = [];
  const selectionSet = withoutFields(context.selectionSet, lost, (nodes, variable) => {
    const keys = nodes.map(({ alias, name }) => (alias ?? name).value);
    cut.push({ path: keys.map((key) => fetch.renamed.get(key) ?? key), variable });
  });
  if (selectionSet.selections.length === 0) return { fetch: undefined, cut };
  const used = variablesIn(selectionSet);
  const declarations = fetch.declarations.filter(({ name }) => used.has(name));
  const selection = stripIgnoredCharacters(print(selectionSet));
  const declared = ['$representations:[_Any!]!', ...declarations.map(({ text }) => text)];
  const { operationName } = fetch.document;
  const name = operationName === undefined ? '' : ` ${operationName}`;
  const text = `query${name}(${declared.join(',')}){_entities(representations:$representations)${selection}}`;
  const rest: EntityFetch = {
    ...fetch,
    id: undefined,
    selection,
    declarations,
    document: fetchDocument(text, operationName),
    variables: fetch.variables.filter((name) => used.has(name)),
    context: contextFor(
      selectionSet,
      context.variables.filter(({ name }) => used.has(name)),
    ),
  };
  return { fetch: rest, cut };
}

function withoutFields(
  selectionSet: SelectionSetNode,
  lost: ReadonlySet<string>,
  tell: (nodes: readonly FieldNode[], variable: string) => void,
): SelectionSetNode {
  return visit(selectionSet, {
    Field: {
      enter(node, _key, _parent, _path, ancestors) {
        const variable = variablesOf(node).find((name) => lost.has(name));
        if (variable === undefined) return undefined;
        tell([...ancestors.filter(isField), node], variable);
        return null;
      },
      leave: (node) =>
        node.selectionSet?.selections.length === 0 ? { ...node, selectionSet: nothing } : undefined,
    },
    InlineFragment: {
      leave: (node) => (node.selectionSet.selections.length === 0 ? null : undefined),
    },
  });
}

/** What stays of a field that was to be asked for cut ones only: whether it is there. */
const nothing: SelectionSetNode = {
  kind: Kind.SELECTION_SET,
  selections: [{ kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } }],
};

function isField(node: unknown): node is FieldNode {
  return typeof node === 'object' && node !== null && 'kind' in node && node.kind === Kind.FIELD;
}

function variablesOf({ arguments: given = [] }: FieldNode): readonly string[] {
  return given.flatMap(({ value }) => (value.kind === Kind.VARIABLE ? value.name.value : []));
}

function variablesIn(selectionSet: SelectionSetNode): ReadonlySet<string> {
  const names = new Set<string>();
  visit(selectionSet, { Variable: ({ name }) => void names.add(name.value) });
  return names;
}
