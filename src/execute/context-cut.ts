import { type FieldNode, Kind, type SelectionSetNode, visit } from 'graphql';
import { cutFetch, onlyTypename } from './cut-fetch.ts';
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
  return { fetch: cutFetch(fetch, selectionSet), cut };
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
        node.selectionSet?.selections.length === 0
          ? { ...node, selectionSet: onlyTypename }
          : undefined,
    },
    InlineFragment: {
      leave: (node) => (node.selectionSet.selections.length === 0 ? null : undefined),
    },
  });
}

function isField(node: unknown): node is FieldNode {
  return typeof node === 'object' && node !== null && 'kind' in node && node.kind === Kind.FIELD;
}

function variablesOf({ arguments: given = [] }: FieldNode): readonly string[] {
  return given.flatMap(({ value }) => (value.kind === Kind.VARIABLE ? value.name.value : []));
}
