import { type FieldNode, Kind, type SelectionNode } from 'graphql';

/** Under how many names the fields among `selections` are answered; fragments are left out. */
export function responseNames(
  selections: readonly SelectionNode[],
  counts: (field: FieldNode) => boolean = () => true,
): number {
  const names = new Set<string>();
  for (const selection of selections) {
    if (selection.kind !== Kind.FIELD || !counts(selection)) continue;
    names.add((selection.alias ?? selection.name).value);
  }
  return names.size;
}
