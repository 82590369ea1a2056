import { type ASTNode, Kind, visit } from 'graphql';

/** The variables that `@skip` and `@include` go by within `nodes`, each once. */
export function conditionVariables(nodes: Iterable<ASTNode>): readonly string[] {
  const names = new Set<string>();
  for (const node of nodes) {
    visit(node, {
      Directive({ name, arguments: given = [] }) {
        if (name.value !== 'skip' && name.value !== 'include') return;
        for (const { value } of given)
          if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      },
    });
  }
  return [...names];
}
