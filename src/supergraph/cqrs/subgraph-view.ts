import {
  type ASTNode,
  type ConstDirectiveNode,
  type FieldDefinitionNode,
  type InterfaceTypeDefinitionNode,
  type InterfaceTypeExtensionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  type UnionTypeDefinitionNode,
  type UnionTypeExtensionNode,
} from 'graphql';
import type { ParsedSubgraph } from '../subgraph-source.ts';
import { argument, federationDirective } from './federation-names.ts';
import { keyPaths } from './key-paths.ts';

/** One `@key` of an entity. */
export interface EntityKey {
  /** The leaves of its field set; see `keyPaths`. */
  readonly paths: ReadonlySet<string>;
  readonly resolvable: boolean;
  readonly node: ConstDirectiveNode;
}

/** A type with everything that its definition and its extensions say of it. */
export interface TypeView {
  readonly name: string;
  readonly kind: 'object' | 'interface' | 'union';
  readonly keys: readonly EntityKey[];
  readonly interfaceObject: boolean;
  readonly fields: readonly FieldDefinitionNode[];
  readonly interfaces: readonly string[];
  /** The members of a union. */
  readonly members: readonly string[];
}

/** What the CQRS rules look at in a subgraph. */
export interface SubgraphView {
  readonly subgraph: ParsedSubgraph;
  /** Object, interface and union types by name. */
  readonly types: ReadonlyMap<string, TypeView>;
  readonly queryFields: readonly FieldDefinitionNode[];
  readonly mutationFields: readonly FieldDefinitionNode[];
}

type TypeNode =
  | ObjectTypeDefinitionNode
  | ObjectTypeExtensionNode
  | InterfaceTypeDefinitionNode
  | InterfaceTypeExtensionNode
  | UnionTypeDefinitionNode
  | UnionTypeExtensionNode;

const kinds: Readonly<Record<TypeNode['kind'], TypeView['kind']>> = {
  [Kind.OBJECT_TYPE_DEFINITION]: 'object',
  [Kind.OBJECT_TYPE_EXTENSION]: 'object',
  [Kind.INTERFACE_TYPE_DEFINITION]: 'interface',
  [Kind.INTERFACE_TYPE_EXTENSION]: 'interface',
  [Kind.UNION_TYPE_DEFINITION]: 'union',
  [Kind.UNION_TYPE_EXTENSION]: 'union',
};

/** Reads a subgraph for the CQRS rules. Fields of federation's own, such as `_service`, are left out. */
export function viewSubgraph(subgraph: ParsedSubgraph): SubgraphView {
  const nodes = Map.groupBy(
    subgraph.document.definitions.filter(isTypeNode),
    (node) => node.name.value,
  );
  const key = federationDirective(subgraph.document, 'key');
  const interfaceObject = federationDirective(subgraph.document, 'interfaceObject');
  const types = new Map<string, TypeView>();
  for (const [name, parts] of nodes) types.set(name, viewType(name, parts, key, interfaceObject));
  return {
    subgraph,
    types,
    queryFields: types.get(rootType(subgraph, 'query', 'Query'))?.fields.filter(isOwn) ?? [],
    mutationFields: types.get(rootType(subgraph, 'mutation', 'Mutation'))?.fields ?? [],
  };
}

function viewType(
  name: string,
  parts: readonly TypeNode[],
  key: string,
  interfaceObject: string,
): TypeView {
  const directives = parts.flatMap((part) => part.directives ?? []);
  return {
    name,
    kind: parts[0] ? kinds[parts[0].kind] : 'object',
    keys: directives.filter((directive) => directive.name.value === key).flatMap(viewKey),
    interfaceObject: directives.some((directive) => directive.name.value === interfaceObject),
    fields: parts.flatMap((part) => ('fields' in part ? (part.fields ?? []) : [])),
    interfaces: parts.flatMap((part) => names('interfaces' in part ? part.interfaces : [])),
    members: parts.flatMap((part) => names('types' in part ? part.types : [])),
  };
}

function viewKey(node: ConstDirectiveNode): readonly EntityKey[] {
  const paths = keyPaths(argument(node, 'fields'));
  const resolvable = argument(node, 'resolvable');
  const refused = resolvable?.kind === Kind.BOOLEAN && !resolvable.value;
  return paths ? [{ paths, resolvable: !refused, node }] : [];
}

/** The type of a root operation: named in `schema { ... }`, or by convention. */
function rootType(
  { document }: ParsedSubgraph,
  operation: 'query' | 'mutation',
  byConvention: string,
): string {
  for (const node of document.definitions) {
    if (node.kind !== Kind.SCHEMA_DEFINITION && node.kind !== Kind.SCHEMA_EXTENSION) continue;
    const named = node.operationTypes?.find((candidate) => candidate.operation === operation);
    if (named) return named.type.name.value;
  }
  return byConvention;
}

function isTypeNode(node: ASTNode): node is TypeNode {
  return Object.hasOwn(kinds, node.kind);
}

function isOwn({ name }: FieldDefinitionNode): boolean {
  return name.value !== '_service' && name.value !== '_entities';
}

function names(nodes: readonly { name: { value: string } }[] | undefined): readonly string[] {
  return nodes?.map(({ name }) => name.value) ?? [];
}
