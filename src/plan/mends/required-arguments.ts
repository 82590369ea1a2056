import { createHash } from 'node:crypto';
import {
  type ConstArgumentNode,
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  type FieldNode,
  Kind,
  parse,
  print,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import {
  argumentOf,
  type FieldsNode,
  graphNames,
  isFieldsNode,
  namedType,
  SupergraphTypes,
} from './required-arguments-types.ts';

/** The field and the arguments that a field of our own stands for. */
export interface StandIn {
  readonly field: string;
  readonly arguments: readonly ConstArgumentNode[];
}

/** One stand-in that a field needs: `position` is where in a representation its value goes. */
export interface Need {
  readonly position: string;
  readonly standIn: string;
}

/** A supergraph of which the planner may be told, and what its stand-ins mean. */
export interface RequiredArguments {
  readonly document: DocumentNode;
  readonly standIns: ReadonlyMap<string, StandIn>;
  /** The stand-ins of each type, by the type's name. */
  readonly standInsOf: ReadonlyMap<string, ReadonlySet<string>>;
  /** What a field with a `@requires` needs, by subgraph, type and field: see `needKey`. */
  readonly needs: ReadonlyMap<string, readonly Need[]>;
}

/** Names a field of a subgraph's type. */
export function needKey(subgraph: string, type: string, field: string): string {
  return `${subgraph}\0${type}\0${field}`;
}

/**
 * Works around `@apollo/query-planner`, for which two selections are one when their response keys
 * are equal, whatever the arguments: a field that the client asks for in USD and some `@requires`
 * in EUR was fetched once, for both. Each field with arguments that is required gets a stand-in, a
 * field without arguments under a name of its own, by field and arguments, so that equal needs
 * share it. The plan says what it stands for again: see `withArgumentsBack`.
 */
export function requiredArgumentsApart(supergraph: DocumentNode): RequiredArguments {
  const apart = new Apart(supergraph);
  const required = apart.withStandInsRequired(supergraph);
  const { standIns, standInsOf, needs } = apart;
  const document = standIns.size === 0 ? supergraph : apart.withStandInsDefined(required);
  return { document, standIns, standInsOf, needs };
}

class Apart {
  readonly standIns = new Map<string, StandIn>();
  readonly standInsOf = new Map<string, Set<string>>();
  readonly needs = new Map<string, Need[]>();
  readonly #types: SupergraphTypes;
  readonly #graphNames: ReadonlyMap<string, string>;
  readonly #prefix: string;
  /** Graph, type and field, for each stand-in and its field that a requirement names there. */
  readonly #named = new Set<string>();

  constructor(supergraph: DocumentNode) {
    this.#types = new SupergraphTypes(supergraph);
    this.#graphNames = graphNames(supergraph);
    this.#prefix = this.#types.unusedPrefix('required_');
  }

  /** Replaces what the requirements name; the fields are not defined yet. */
  withStandInsRequired(supergraph: DocumentNode): DocumentNode {
    return mapFields(supergraph, (type, field) => [
      {
        ...field,
        directives: field.directives?.map((join) => this.#rewriteJoin(join, type, field)) ?? [],
      },
    ]);
  }

  #rewriteJoin(
    join: ConstDirectiveNode,
    type: FieldsNode,
    field: FieldDefinitionNode,
  ): ConstDirectiveNode {
    const graph = argumentOf(join, 'graph');
    const requires = argumentOf(join, 'requires');
    if (graph === undefined || requires === undefined) return join;
    const needs: Need[] = [];
    const rewritten = this.#rewrite(fieldSet(requires), type.name.value, { graph, needs, at: '' });
    if (needs.length === 0) return join;
    const subgraph = this.#graphNames.get(graph) ?? graph;
    this.needs.set(needKey(subgraph, type.name.value, field.name.value), needs);
    return withArgument(join, 'requires', print(rewritten).replace(/\s+/g, ' ').slice(1, -1));
  }

  #rewrite(selectionSet: SelectionSetNode, parent: string, scope: Scope): SelectionSetNode {
    const selections = selectionSet.selections.map((node): SelectionNode => {
      if (node.kind === Kind.FIELD) return this.#rewriteField(node, parent, scope);
      if (node.kind === Kind.FRAGMENT_SPREAD) return node;
      const type = node.typeCondition?.name.value ?? parent;
      return { ...node, selectionSet: this.#rewrite(node.selectionSet, type, scope) };
    });
    return { ...selectionSet, selections };
  }

  #rewriteField(node: FieldNode, parent: string, scope: Scope): FieldNode {
    const definition = this.#types.field(parent, node.name.value);
    if (definition === undefined) return node;
    const takesArguments = (definition.arguments?.length ?? 0) > 0;
    const name = takesArguments ? this.#standIn(node, parent, scope) : node.name.value;
    const below = { ...scope, at: positionOf(scope.at, name) };
    const { selectionSet } = node;
    return {
      kind: Kind.FIELD,
      name: { kind: Kind.NAME, value: name },
      ...(selectionSet && {
        selectionSet: this.#rewrite(selectionSet, namedType(definition.type), below),
      }),
    };
  }

  #standIn(node: FieldNode, parent: string, { graph, needs, at }: Scope): string {
    const field = node.name.value;
    // What is required cannot have variables.
    const given = (node.arguments ?? []) as readonly ConstArgumentNode[];
    const key = [field, ...given.map(print).sort()].join('\0');
    const hash = createHash('sha256').update(key).digest('hex').slice(0, 16);
    const standIn = `${this.#prefix}${field}_${hash}`;
    this.standIns.set(standIn, { field, arguments: given });
    needs.push({ position: positionOf(at, field), standIn });
    this.#named.add(needKey(graph, parent, standIn)).add(needKey(graph, parent, field));
    for (const type of this.#types.withImplementers(parent)) {
      this.standInsOf.set(type, (this.standInsOf.get(type) ?? new Set()).add(standIn));
    }
    return standIn;
  }

  /** Adds the stand-ins to the types, where the fields are that they stand for. */
  withStandInsDefined(supergraph: DocumentNode): DocumentNode {
    return mapFields(supergraph, (type, field) => {
      const standIns = [...(this.standInsOf.get(type.name.value) ?? [])];
      const own = standIns.filter((each) => this.standIns.get(each)?.field === field.name.value);
      if (own.length === 0) return [field];
      return [
        this.#withoutUnused(type, field),
        ...own.map((standIn) => this.#define(standIn, type, field)),
      ];
    });
  }

  #define(standIn: string, type: FieldsNode, field: FieldDefinitionNode): FieldDefinitionNode {
    const joins = field.directives?.filter(({ name }) => name.value === 'join__field') ?? [];
    return {
      kind: Kind.FIELD_DEFINITION,
      name: { kind: Kind.NAME, value: standIn },
      type: field.type,
      directives: joins.filter((join) => !isExternal(join) || this.#uses(join, type, standIn)),
    };
  }

  /** The field without the subgraphs that knew it only to require it. */
  #withoutUnused(type: FieldsNode, field: FieldDefinitionNode): FieldDefinitionNode {
    const name = field.name.value;
    const directives = field.directives?.filter(
      (join) =>
        !isExternal(join) ||
        !this.#named.has(nameIn(join, type, name)) ||
        this.#uses(join, type, name),
    );
    return { ...field, directives: directives ?? [] };
  }

  /**
   * True where a subgraph has a use for an external field: without one it is not valid. It
   * cannot be a key nor provided, since it has arguments.
   */
  #uses(join: ConstDirectiveNode, type: FieldsNode, field: string): boolean {
    const isStandIn = this.standIns.has(field);
    if (isStandIn && this.#named.has(nameIn(join, type, field))) return true;
    const interfaces = this.#types.interfacesOf(type, argumentOf(join, 'graph') ?? '');
    return interfaces.some((name) =>
      isStandIn ? this.standInsOf.get(name)?.has(field) : this.#types.field(name, field),
    );
  }
}

function isExternal(join: ConstDirectiveNode): boolean {
  return ['external', 'usedOverridden'].some((name) => argumentOf(join, name) !== undefined);
}

function nameIn(join: ConstDirectiveNode, type: FieldsNode, field: string): string {
  return needKey(argumentOf(join, 'graph') ?? '', type.name.value, field);
}

/** Where within the requirement of which graph a selection is. */
interface Scope {
  readonly graph: string;
  readonly needs: Need[];
  readonly at: string;
}

/** Where a field of a requirement goes in a representation, whatever the types on the way. */
export function positionOf(parent: string, field: string): string {
  return `${parent}/${field}`;
}

function mapFields(
  document: DocumentNode,
  map: (type: FieldsNode, field: FieldDefinitionNode) => readonly FieldDefinitionNode[],
): DocumentNode {
  const definitions = document.definitions.map((node) =>
    isFieldsNode(node)
      ? { ...node, fields: node.fields?.flatMap((field) => map(node, field)) ?? [] }
      : node,
  );
  return { ...document, definitions };
}

function withArgument(
  directive: ConstDirectiveNode,
  name: string,
  value: string,
): ConstDirectiveNode {
  const replaced = directive.arguments?.map((each) =>
    each.name.value === name ? { ...each, value: { kind: Kind.STRING, value } as const } : each,
  );
  return { ...directive, arguments: replaced ?? [] };
}

function fieldSet(text: string): SelectionSetNode {
  const [definition] = parse(`{${text}}`, { noLocation: true }).definitions;
  if (definition?.kind === Kind.OPERATION_DEFINITION) return definition.selectionSet;
  throw new TypeError(`${text} is no set of fields`);
}
