import { type ASTVisitor, GraphQLError, type ValidationContext } from 'graphql';

/**
 * The alias `__typename` on another field is refused: subgraphs and caches read the type of an
 * object under that key. (GraphQL October 2021, section 2.1.7, reserves names that begin so.)
 */
export function reservedAliases(context: ValidationContext): ASTVisitor {
  return {
    Field(node) {
      if (node.alias?.value !== '__typename' || node.name.value === '__typename') return;
      const message = `The alias "__typename" is reserved and cannot stand for "${node.name.value}"`;
      context.reportError(new GraphQLError(message, { nodes: node.alias }));
    },
  };
}
