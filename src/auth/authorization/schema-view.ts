import {
  buildASTSchema,
  type FieldDefinitionNode,
  type GraphQLSchema,
  Kind,
  parse,
  printSchema,
  type TypeDefinitionNode,
  type TypeNode,
  visit,
} from 'graphql';

/** True for a field that the caller may select, by its type and name. */
export type MaySelect = (typeName: string, fieldName: string) => boolean;

/**
 * The part of `schema` that a caller may select: fields that are allowed, and the types to which
 * they lead. An interface of which no field is allowed is shown as a union of its types.
 */
export function schemaView(schema: GraphQLSchema, maySelect: MaySelect): GraphQLSchema {
  const document = parse(printSchema(schema), { noLocation: true });
  const roots = rootNames(schema);
  const types = new Map<string, TypeDefinitionNode>();
  for (const node of document.definitions) {
    if (isTypeDefinition(node)) types.set(node.name.value, withAllowed(node, maySelect));
  }
  removeEmpty(types, roots);
  const others = document.definitions.filter((node) => !isTypeDefinition(node));
  const shown = reachable(types, [...roots, ...others.flatMap(typesIn)]);
  const rest = { kind: Kind.DOCUMENT, definitions: [...others, ...shown] } as const;
  return buildASTSchema(withoutRoots(rest, new Set(shown.map(({ name }) => name.value))), {
    assumeValid: true,
  });
}

type Document = ReturnType<typeof parse>;

function rootNames(schema: GraphQLSchema): readonly string[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.flatMap((type) => type?.name ?? []);
}

function isTypeDefinition(node: Document['definitions'][number]): node is TypeDefinitionNode {
  return node.kind.endsWith('TypeDefinition');
}

function withAllowed(node: TypeDefinitionNode, maySelect: MaySelect): TypeDefinitionNode {
  if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) {
    return node;
  }
  const fields = (node.fields ?? []).filter(({ name }) => maySelect(node.name.value, name.value));
  return { ...node, fields };
}

type Types = Map<string, TypeDefinitionNode>;

/** Takes away types of which nothing is left, and fields that give nothing else, in rounds. */
function removeEmpty(types: Types, [query]: readonly string[]): void {
  for (let removed = true; removed; ) {
    removed = false;
    for (const [name, node] of [...types]) {
      const rest = withKnown(node, types);
      if (rest !== undefined || name === query) {
        if (rest !== undefined) types.set(name, rest);
        continue;
      }
      const members = node.kind === Kind.INTERFACE_TYPE_DEFINITION ? typesOf(name, types) : [];
      if (members.length > 0) types.set(name, unionOf(node, members));
      else types.delete(name);
      removed = true;
    }
  }
}

/** `node` without what `types` no longer has; undefined when nothing is left. */
function withKnown(node: TypeDefinitionNode, types: Types): TypeDefinitionNode | undefined {
  if (node.kind === Kind.UNION_TYPE_DEFINITION) {
    const members = node.types?.filter(({ name }) => types.has(name.value)) ?? [];
    return members.length === 0 ? undefined : { ...node, types: members };
  }
  if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) {
    return node;
  }
  const fields = node.fields?.filter((field) => isKnown(field, types)) ?? [];
  if (fields.length === 0) return undefined;
  const interfaces = node.interfaces?.filter(({ name }) => {
    return types.get(name.value)?.kind === Kind.INTERFACE_TYPE_DEFINITION;
  });
  return { ...node, fields, ...(interfaces !== undefined && { interfaces }) };
}

function isKnown({ type }: FieldDefinitionNode, types: Types): boolean {
  const name = namedOf(type);
  return types.has(name) || builtIn.has(name);
}

const builtIn: ReadonlySet<string> = new Set(['Int', 'Float', 'String', 'Boolean', 'ID']);

/** The object types that implement an interface, and have something left. */
function typesOf(interfaceName: string, types: Types): readonly string[] {
  return [...types.values()].flatMap((node) => {
    if (node.kind !== Kind.OBJECT_TYPE_DEFINITION || node.fields?.length === 0) return [];
    const implemented = node.interfaces?.some(({ name }) => name.value === interfaceName);
    return implemented ? [node.name.value] : [];
  });
}

function unionOf(
  { name, description }: TypeDefinitionNode,
  members: readonly string[],
): TypeDefinitionNode {
  const types = members.map((value) => ({
    kind: Kind.NAMED_TYPE as const,
    name: { kind: Kind.NAME as const, value },
  }));
  return { kind: Kind.UNION_TYPE_DEFINITION, name, types, ...(description && { description }) };
}

/** The types of a directive's arguments. */
function typesIn(node: Document['definitions'][number]): readonly string[] {
  if (node.kind !== Kind.DIRECTIVE_DEFINITION) return [];
  return (node.arguments ?? []).map(({ type }) => namedOf(type));
}

/** What the roots lead to, an interface to all that implement it. */
function reachable(types: Types, roots: readonly string[]): readonly TypeDefinitionNode[] {
  const names = new Set(roots);
  for (const name of names) {
    const node = types.get(name);
    if (node === undefined) continue;
    if (node.kind === Kind.INTERFACE_TYPE_DEFINITION) {
      for (const each of typesOf(name, types)) names.add(each);
    }
    visit(node, { NamedType: ({ name: { value } }) => void names.add(value) });
  }
  return [...types.values()].filter(({ name }) => names.has(name.value));
}

/** Without the roots of operations of which nothing may be selected. */
function withoutRoots(document: Document, known: ReadonlySet<string>): Document {
  return visit(document, {
    OperationTypeDefinition: ({ type }) => (known.has(type.name.value) ? undefined : null),
  });
}

function namedOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedOf(type.type);
}
