import { type ConstValueNode, Kind, parse, type SelectionSetNode } from 'graphql';

/**
 * The leaves of a key as paths, `id` and `organization.id` for `"id organization { id }"`, so that
 * keys can be compared whatever their order. A key that does not parse is undefined: composition
 * says what is wrong with it.
 */
export function keyPaths(fields: ConstValueNode | undefined): ReadonlySet<string> | undefined {
  try {
    const document = parse(`{ ${fieldSet(fields)} }`, { noLocation: true });
    const [selection] = document.definitions;
    if (selection?.kind !== Kind.OPERATION_DEFINITION) return undefined;
    return new Set(leaves(selection.selectionSet));
  } catch {
    return undefined;
  }
}

/** Federation 1 also took a list of names, or a name without quotes. */
function fieldSet(fields: ConstValueNode | undefined): string {
  if (fields?.kind === Kind.LIST) return fields.values.map(fieldSet).join(' ');
  return fields?.kind === Kind.STRING || fields?.kind === Kind.ENUM ? fields.value : '';
}

function leaves({ selections }: SelectionSetNode, prefix = ''): readonly string[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FRAGMENT_SPREAD) return [];
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      const condition = selection.typeCondition?.name.value ?? '';
      return leaves(selection.selectionSet, `${prefix}(${condition})`);
    }
    const path = prefix + selection.name.value;
    if (selection.selectionSet) return leaves(selection.selectionSet, `${path}.`);
    return selection.name.value === '__typename' ? [] : [path];
  });
}
