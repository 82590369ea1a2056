import {
  type ArgumentNode,
  type DirectiveNode,
  type DocumentNode,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLSchema,
  getNamedType,
  isInterfaceType,
  Kind,
  type ObjectFieldNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { GatewayError } from '../errors.ts';

const specifications = ['authenticated', 'requiresScopes', 'policy'] as const;
const specificationUrl = /^https:\/\/specs\.apollo\.dev\/(\w+)\/v\d/;

/** The elements of a supergraph that ask something of the caller: `Type` and `Type.field`. */
export type GuardedElements = ReadonlySet<string>;

/** Finds what carries `@authenticated`, `@requiresScopes` or `@policy`, under whatever names. */
export function guardedElements(document: DocumentNode): GuardedElements {
  const names = directiveNames(document);
  const guarded = new Set<string>();
  const isGuarded = (node: { readonly directives?: readonly DirectiveNode[] | undefined }) =>
    node.directives?.some(({ name }) => names.has(name.value)) === true;
  for (const definition of document.definitions) {
    if (!('name' in definition) || definition.name === undefined) continue;
    if ('directives' in definition && isGuarded(definition)) guarded.add(definition.name.value);
    if (!('fields' in definition)) continue;
    for (const field of definition.fields ?? []) {
      if (isGuarded(field)) guarded.add(`${definition.name.value}.${field.name.value}`);
    }
  }
  return guarded;
}

/**
 * Refuses an operation that selects a guarded element. Callers have no identity yet, and an
 * anonymous caller satisfies no requirement: the whole operation is rejected, nothing is fetched.
 */
export function refuseGuarded(
  guarded: GuardedElements,
  schema: GraphQLSchema,
  document: DocumentNode,
): void {
  if (guarded.size === 0) return;
  const types = new TypeInfo(schema);
  const visitor = {
    [Kind.FIELD]() {
      const parent = types.getParentType();
      const field = types.getFieldDef();
      if (!parent || !field || !asks(guarded, schema, parent, field)) return;
      const message = 'Unauthorized field or type';
      throw new GatewayError('UNAUTHORIZED_FIELD_OR_TYPE', message);
    },
  };
  visit(document, visitWithTypeInfo(types, visitor));
}

/** A field asks what its parent type, itself and its output type ask; on interfaces, of all. */
function asks(
  guarded: GuardedElements,
  schema: GraphQLSchema,
  parent: GraphQLCompositeType,
  field: GraphQLField<unknown, unknown>,
): boolean {
  if (guarded.has(getNamedType(field.type).name)) return true;
  const parents = isInterfaceType(parent) ? [parent, ...schema.getPossibleTypes(parent)] : [parent];
  return parents.some(({ name }) => guarded.has(name) || guarded.has(`${name}.${field.name}`));
}

/** The names under which the supergraph links the three specifications. */
function directiveNames(document: DocumentNode): ReadonlySet<string> {
  const names = new Set<string>();
  for (const definition of document.definitions) {
    if (!schemaKinds.has(definition.kind) || !('directives' in definition)) continue;
    for (const link of definition.directives ?? []) {
      for (const name of linkedNames(link)) names.add(name);
    }
  }
  return names;
}

const schemaKinds: ReadonlySet<string> = new Set([Kind.SCHEMA_DEFINITION, Kind.SCHEMA_EXTENSION]);

/**
 * Every name that one `@link` can give a directive: the specification's own or its alias, that
 * with a prefix, and what an import calls it. One too many refuses more, never less.
 */
function linkedNames(link: DirectiveNode): readonly string[] {
  const name = specificationUrl.exec(argument(link, 'url') ?? '')?.[1];
  if (name === undefined || !specifications.some((known) => known === name)) return [];
  const own = argument(link, 'as') ?? name;
  return [name, own, `${own}__${name}`, ...importedAs(link, `@${name}`)];
}

/** The names after `as` of `import: [{ name: "@policy", as: "@checked" }]`. */
function importedAs(link: DirectiveNode, directive: string): readonly string[] {
  const list = link.arguments?.find(({ name }) => name.value === 'import')?.value;
  if (list?.kind !== Kind.LIST) return [];
  return list.values
    .filter((value) => value.kind === Kind.OBJECT)
    .filter((value) => text(value.fields, 'name') === directive)
    .map((value) => text(value.fields, 'as')?.replace('@', '') ?? '');
}

function argument(directive: DirectiveNode, name: string): string | undefined {
  return text(directive.arguments ?? [], name);
}

/** The string under `name`; undefined when there is none, or something else. */
function text(
  entries: readonly (ArgumentNode | ObjectFieldNode)[],
  name: string,
): string | undefined {
  const value = entries.find((each) => each.name.value === name)?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}
