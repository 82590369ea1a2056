import {
  type DefinitionNode,
  type DirectiveNode,
  type DocumentNode,
  Kind,
  type TypeNode,
  type ValueNode,
} from 'graphql';
import { type Guard, linkedDirectives, textArgument } from './linked-directives.ts';
import { type AnyOf, joined, noRequirement, type Requirement } from './requirement.ts';

/** A type of a supergraph with what is written on it. */
export interface GuardedType {
  readonly name: string;
  readonly isInterface: boolean;
  readonly requirement: Requirement;
  readonly interfaces: readonly string[];
  readonly fields: ReadonlyMap<string, GuardedField>;
  /** The subgraphs that define it, as the supergraph's `join__Graph` calls them. */
  readonly graphs: readonly string[];
}

/** A field with what is written on it. */
export interface GuardedField {
  readonly requirement: Requirement;
  /** The name of its output type, without lists and non-null. */
  readonly output: string;
  /** The subgraphs that define it. */
  readonly graphs: readonly string[];
}

/** Every type of a supergraph by name, with what `@authenticated` and its kin ask on it. */
export function guardedTypes(document: DocumentNode): ReadonlyMap<string, GuardedType> {
  const reader = new Reader(linkedDirectives(document));
  const types = new Map<string, GuardedType>();
  for (const node of document.definitions) {
    if (!('name' in node) || node.name === undefined || !('directives' in node)) continue;
    if (node.kind === Kind.FRAGMENT_DEFINITION || node.kind === Kind.OPERATION_DEFINITION) continue;
    const known = types.get(node.name.value);
    const type = {
      name: node.name.value,
      isInterface: node.kind.startsWith('Interface') || known?.isInterface === true,
      requirement: reader.requirement(node.directives, known?.requirement),
      interfaces: 'interfaces' in node ? (node.interfaces ?? []).map(({ name }) => name.value) : [],
      fields: reader.fields(node),
      graphs: graphsOf(node.directives, 'join__type'),
    };
    types.set(type.name, known === undefined ? type : extended(known, type));
  }
  return types;
}

/** A supergraph's types may be written in several parts. */
function extended(known: GuardedType, type: GuardedType): GuardedType {
  return {
    ...type,
    interfaces: [...known.interfaces, ...type.interfaces],
    fields: new Map([...known.fields, ...type.fields]),
    graphs: [...known.graphs, ...type.graphs],
  };
}

class Reader {
  readonly #guards: ReadonlyMap<string, Guard>;

  constructor(guards: ReadonlyMap<string, Guard>) {
    this.#guards = guards;
  }

  /** What `directives` ask, beside what was asked before. */
  requirement(directives: readonly DirectiveNode[] = [], before = noRequirement): Requirement {
    const all = directives
      .map((directive) => this.#asked(directive))
      .filter((each) => each !== undefined);
    return all.length === 0 ? before : joined([before, ...all]);
  }

  fields(node: DefinitionNode): ReadonlyMap<string, GuardedField> {
    const fields = new Map<string, GuardedField>();
    if (!('fields' in node)) return fields;
    for (const field of node.fields ?? []) {
      // Nobody selects the fields of input types.
      if (field.kind !== Kind.FIELD_DEFINITION) continue;
      const { directives, type, name } = field;
      const graphs = graphsOf(directives, 'join__field');
      fields.set(name.value, {
        requirement: this.requirement(directives),
        output: namedOf(type),
        graphs: graphs.length > 0 ? graphs : graphsOf(node.directives, 'join__type'),
      });
    }
    return fields;
  }

  #asked(directive: DirectiveNode): Requirement | undefined {
    switch (this.#guards.get(directive.name.value)) {
      case 'authenticated':
        return { ...noRequirement, authenticated: true };
      case 'requiresScopes':
        return { ...noRequirement, scopes: [anyOf(directive, 'scopes')] };
      case 'policy':
        return { ...noRequirement, policies: [anyOf(directive, 'policies')] };
      default:
        return undefined;
    }
  }
}

/** What cannot be read asks for what nobody has. */
function anyOf(directive: DirectiveNode, name: string): AnyOf {
  const given = directive.arguments?.find((each) => each.name.value === name)?.value;
  const all = given === undefined ? undefined : itemsOf(given).map(texts);
  return all?.every((each) => each !== undefined) ? all : [];
}

function texts(value: ValueNode): readonly string[] | undefined {
  const all = itemsOf(value);
  const strings = all.filter((each) => each.kind === Kind.STRING).map((each) => each.value);
  return strings.length === all.length ? strings : undefined;
}

/** A single value stands for a list of one: GraphQL October 2021, section 3.11. */
function itemsOf(value: ValueNode): readonly ValueNode[] {
  return value.kind === Kind.LIST ? value.values : [value];
}

function graphsOf(directives: readonly DirectiveNode[] = [], name: string): readonly string[] {
  const graphs = directives
    .filter((directive) => directive.name.value === name)
    .flatMap(({ arguments: given = [] }) => given)
    .filter((each) => each.name.value === 'graph')
    .flatMap(({ value }) => (value.kind === Kind.ENUM ? value.value : []));
  return [...new Set(graphs)];
}

function namedOf(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedOf(type.type);
}

/** How people call the subgraphs that a supergraph has under names of its own. */
export function graphNames(document: DocumentNode): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const node of document.definitions) {
    if (node.kind !== Kind.ENUM_TYPE_DEFINITION || node.name.value !== 'join__Graph') continue;
    for (const { name, directives = [] } of node.values ?? []) {
      const [join] = directives.filter((each) => each.name.value === 'join__graph');
      names.set(name.value, (join && textArgument(join, 'name')) ?? name.value);
    }
  }
  return names;
}
