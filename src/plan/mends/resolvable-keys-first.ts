import { type ASTVisitor, type DirectiveNode, type DocumentNode, Kind, visit } from 'graphql';

/**
 * Puts the keys that a subgraph does not resolve behind those that it does.
 * Upstream defect: after a `@requires`, the planner comes back to a subgraph with the first key
 * that it finds there, without a look at `resolvable: false`, and the entity comes back null
 * (`getLocallySatisfiableKey` of `@apollo/query-graphs` 2.14).
 */
export function resolvableKeysFirst(supergraph: DocumentNode): DocumentNode {
  const reorder = (node: { readonly directives?: readonly DirectiveNode[] | undefined }) => {
    const { directives = [] } = node;
    if (!directives.some(isUnresolvable)) return undefined;
    const first = directives.filter((directive) => !isUnresolvable(directive));
    return { ...node, directives: [...first, ...directives.filter(isUnresolvable)] };
  };
  const visitor: ASTVisitor = { ObjectTypeDefinition: reorder, InterfaceTypeDefinition: reorder };
  return visit(supergraph, visitor);
}

/** `@join__type(…, resolvable: false)` */
function isUnresolvable({ name, arguments: given = [] }: DirectiveNode): boolean {
  return (
    name.value === 'join__type' &&
    given.some(({ name: { value: argument }, value }) => {
      return argument === 'resolvable' && value.kind === Kind.BOOLEAN && !value.value;
    })
  );
}
