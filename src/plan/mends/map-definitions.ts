import {
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  isCompositeType,
  Kind,
  type SelectionSetNode,
  typeFromAST,
} from 'graphql';

/** `document` with another selection for each of its operations and fragments. */
export function mapDefinitions(
  document: DocumentNode,
  schema: GraphQLSchema,
  map: (type: GraphQLCompositeType, selectionSet: SelectionSetNode) => SelectionSetNode,
): DocumentNode {
  const definitions = document.definitions.map((node) => {
    const type =
      node.kind === Kind.OPERATION_DEFINITION
        ? schema.getRootType(node.operation)
        : node.kind === Kind.FRAGMENT_DEFINITION && typeFromAST(schema, node.typeCondition);
    if (!isCompositeType(type) || !('selectionSet' in node) || !node.selectionSet) return node;
    return { ...node, selectionSet: map(type, node.selectionSet) };
  });
  return { ...document, definitions };
}
