import { BREAK, type DocumentNode, Kind, visit } from 'graphql';
import { isIntrospection } from './limits/introspection-field.ts';

/** The field by which a document asks for the schema, if it does. */
export function introspectionField(ast: DocumentNode): string | undefined {
  let found: string | undefined;
  visit(ast, {
    [Kind.FIELD](node) {
      if (!isIntrospection(node)) return undefined;
      found = node.name.value;
      return BREAK;
    },
  });
  return found;
}
