import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type TypeNode,
} from 'graphql';

/** A type that has fields. */
export type FieldsNode = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/** The types with fields that a supergraph's text defines. */
export class SupergraphTypes {
  readonly #types = new Map<string, FieldsNode>();
  readonly #implementers = new Map<string, string[]>();

  constructor({ definitions }: DocumentNode) {
    for (const node of definitions) {
      if (!isFieldsNode(node)) continue;
      const name = node.name.value;
      this.#types.set(name, node);
      for (const { name: implemented } of node.interfaces ?? []) {
        const known = this.#implementers.get(implemented.value) ?? [];
        this.#implementers.set(implemented.value, [...known, name]);
      }
    }
  }

  field(type: string, name: string): FieldDefinitionNode | undefined {
    return this.#types.get(type)?.fields?.find((field) => field.name.value === name);
  }

  /** `type`, and what implements it where it is an interface. */
  withImplementers(type: string): readonly string[] {
    return [type, ...(this.#implementers.get(type) ?? [])];
  }

  /** The interfaces that `type` implements in the subgraph which the supergraph calls `graph`. */
  interfacesOf({ directives = [] }: FieldsNode, graph: string): readonly string[] {
    return directives
      .filter(({ name }) => name.value === 'join__implements')
      .filter((join) => argumentOf(join, 'graph') === graph)
      .flatMap((join) => argumentOf(join, 'interface') ?? []);
  }

  /** `wanted`, or what is like it, so that no field's name begins with it. */
  unusedPrefix(wanted: string): string {
    const fields = [...this.#types.values()].flatMap((type) => type.fields ?? []);
    let prefix = wanted;
    while (fields.some(({ name }) => name.value.startsWith(prefix))) prefix += '_';
    return prefix;
  }
}

/** The subgraphs' own names, by the names that they have within the supergraph. */
export function graphNames({ definitions }: DocumentNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const node of definitions) {
    if (node.kind !== Kind.ENUM_TYPE_DEFINITION || node.name.value !== 'join__Graph') continue;
    for (const { name, directives } of node.values ?? []) {
      const join = directives?.find((each) => each.name.value === 'join__graph');
      names.set(name.value, (join && argumentOf(join, 'name')) ?? name.value);
    }
  }
  return names;
}

/** An argument's text; undefined where it is not there or false. */
export function argumentOf(directive: ConstDirectiveNode, name: string): string | undefined {
  const value = directive.arguments?.find((each) => each.name.value === name)?.value;
  if (value?.kind === Kind.BOOLEAN) return value.value ? 'true' : undefined;
  return value !== undefined && 'value' in value ? value.value : undefined;
}

/** The name of a type without the lists round it. */
export function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

export function isFieldsNode(node: { readonly kind: Kind }): node is FieldsNode {
  return node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.INTERFACE_TYPE_DEFINITION;
}
