import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  OperationTypeNode,
  parse,
  type SelectionSetNode,
  stripIgnoredCharacters,
} from 'graphql';
import { isIntrospection } from '../limits/introspection-field.ts';
import { fragmentsOf } from '../operation.ts';

/** A document that can be compared with others. */
export interface ReadText {
  /** The same for texts that differ in white space, comments and the order of definitions alone. */
  readonly fingerprint: string;
  /** True where it asks for the schema and nothing else. */
  readonly isIntrospection: boolean;
}

/** Reads a text, or says why it is no document. */
export function readText(text: string): ReadText | { readonly reason: string } {
  try {
    const ast = parse(text);
    return { fingerprint: fingerprintOf(text, ast), isIntrospection: asksForSchemaAlone(ast) };
  } catch (thrown) {
    if (thrown instanceof GraphQLError) return { reason: thrown.message };
    if (thrown instanceof RangeError) return { reason: 'The document is nested too deeply' };
    throw thrown;
  }
}

function fingerprintOf(text: string, { definitions }: DocumentNode): string {
  const stripped = definitions.map(({ loc }) => {
    return stripIgnoredCharacters(text.slice(loc?.start, loc?.end));
  });
  return stripped.sort().join('\n');
}

function asksForSchemaAlone(ast: DocumentNode): boolean {
  const fragments = fragmentsOf(ast);
  const operations = ast.definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  return (
    operations.length > 0 &&
    operations.every(({ operation, selectionSet }) => {
      return (
        operation === OperationTypeNode.QUERY && isOfSchema(selectionSet, fragments, new Set())
      );
    })
  );
}

/** `seen` has the fragments that are looked at already: they may spread each other. */
function isOfSchema(
  { selections }: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  seen: Set<string>,
): boolean {
  return selections.every((node) => {
    if (node.kind === Kind.FIELD) return isIntrospection(node) || node.name.value === '__typename';
    if (node.kind === Kind.INLINE_FRAGMENT) return isOfSchema(node.selectionSet, fragments, seen);
    const fragment = fragments.get(node.name.value);
    if (fragment === undefined || seen.has(fragment.name.value)) return fragment !== undefined;
    seen.add(fragment.name.value);
    return isOfSchema(fragment.selectionSet, fragments, seen);
  });
}
