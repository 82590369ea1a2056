import {
  type DocumentNode,
  execute,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNamedType,
  getVariableValues,
  isCompositeType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isUnionType,
  Kind,
  type OperationDefinitionNode,
  parse,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { RandomOperation } from '../../conformance/random-operation.ts';
import { resolveInWorld } from '../../conformance/subgraph-server.ts';
import type { World } from '../../conformance/world.ts';
import type { Guards, RandomCaller } from './guards.ts';

/** What a caller is to be answered. */
export interface Expected {
  readonly data: string;
  /** Where something is denied, sorted. */
  readonly denied: readonly string[];
}

/** The rules of authorization over a schema, as the specification has them, and nothing of ours. */
export class Rules {
  readonly #schema: GraphQLSchema;
  readonly #guards: Guards;
  readonly #implementations: ReadonlyMap<string, readonly string[]>;

  /** `implementations` are those of the supergraph, of which clients may not see all. */
  constructor(
    schema: GraphQLSchema,
    guards: Guards,
    implementations: ReadonlyMap<string, readonly string[]>,
  ) {
    this.#schema = schema;
    this.#guards = guards;
    this.#implementations = implementations;
  }

  /** A field needs what its parent type, itself and its output type need. */
  mayRead(caller: RandomCaller, parent: string, field: string): boolean {
    if (field.startsWith('__')) return true;
    const type = this.#schema.getType(parent);
    if (isInterfaceType(type)) {
      // Of an interface, the field of each type that it may be.
      const all = this.#implementations.get(parent) ?? [];
      return (
        all.every((each) => this.mayRead(caller, each, field)) &&
        this.#fits(caller, type.getFields()[field]?.type)
      );
    }
    const fields = type && 'getFields' in type ? type.getFields() : {};
    return (
      this.#meets(caller, parent) &&
      this.#meets(caller, `${parent}.${field}`) &&
      this.#fits(caller, fields[field]?.type as GraphQLOutputType | undefined)
    );
  }

  #fits(caller: RandomCaller, type: GraphQLOutputType | undefined): boolean {
    return type === undefined || this.#meets(caller, getNamedType(type).name);
  }

  #meets({ caller, granted }: RandomCaller, element: string): boolean {
    const guard = this.#guards.get(element);
    if (guard === undefined) return true;
    const scope = caller?.claims['scope'] ?? '';
    const scopes = new Set(Array.isArray(scope) ? scope : String(scope).split(' '));
    if (guard.authenticated && caller === undefined) return false;
    if (guard.scopes && !guard.scopes.some((all) => all.every((each) => scopes.has(each))))
      return false;
    return !guard.policies || guard.policies.some((all) => all.every((each) => granted.has(each)));
  }
}

/** One server's answer in which what the caller may not see is null. */
export async function expectedAnswer(
  { text, variables }: RandomOperation,
  caller: RandomCaller,
  { schema, rules, world }: { schema: GraphQLSchema; rules: Rules; world: World },
): Promise<Expected> {
  const operation = written(parse(text, { noLocation: true }));
  const definitions = operation.variableDefinitions ?? [];
  const { coerced = {} } = getVariableValues(schema, definitions, variables);
  const removal = new Removal(schema, rules, caller, coerced);
  const root = schema.getRootType(operation.operation);
  if (!root) throw new TypeError('A valid operation has a root type');
  const remains = removal.level(operation.selectionSet, root, [], true, false);
  const denied = [...removal.denied].sort();
  if (!remains && denied.length > 0) return { data: 'null', denied };
  const document: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation] };
  const { data } = await execute({
    schema,
    document,
    variableValues: variables,
    contextValue: world,
    fieldResolver(source, args, context, info) {
      const isRemoved = info.fieldNodes.every((node) => removal.removed.has(node));
      return isRemoved ? null : resolveInWorld(source, args, context, info);
    },
  });
  return { data: JSON.stringify(data), denied };
}

/** The operation with its fragments written out: then each field is selected at one place. */
function written({ definitions }: DocumentNode): OperationDefinitionNode {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const node of definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) fragments.set(node.name.value, node);
  }
  const setOf = ({ kind, selections }: SelectionSetNode): SelectionSetNode => ({
    kind,
    selections: selections.map(nodeOf),
  });
  const nodeOf = (node: SelectionNode): SelectionNode => {
    if (node.kind !== Kind.FRAGMENT_SPREAD) {
      const { selectionSet } = node;
      return {
        ...node,
        ...(selectionSet && { selectionSet: setOf(selectionSet) }),
      } as SelectionNode;
    }
    const fragment = fragments.get(node.name.value);
    if (fragment === undefined) throw new TypeError('A valid document has what it spreads');
    const { typeCondition, selectionSet } = fragment;
    const inline = { typeCondition, selectionSet: setOf(selectionSet) };
    return { kind: Kind.INLINE_FRAGMENT, ...inline, directives: node.directives ?? [] };
  };
  const [operation] = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (operation === undefined) throw new TypeError('There is one operation');
  return { ...operation, selectionSet: setOf(operation.selectionSet) };
}

/** Which selections are removed, and the places that lack something for want of authorization. */
class Removal {
  readonly removed = new Set<FieldNode>();
  readonly denied = new Set<string>();
  readonly #schema: GraphQLSchema;
  readonly #rules: Rules;
  readonly #caller: RandomCaller;
  readonly #variables: Readonly<Record<string, unknown>>;

  constructor(
    schema: GraphQLSchema,
    rules: Rules,
    caller: RandomCaller,
    variables: Readonly<Record<string, unknown>>,
  ) {
    this.#schema = schema;
    this.#rules = rules;
    this.#caller = caller;
    this.#variables = variables;
  }

  /** True when something of the selection remains. `asked`: no condition above leaves it out. */
  level(
    { selections }: SelectionSetNode,
    type: GraphQLCompositeType,
    path: readonly string[],
    asked: boolean,
    below: boolean,
  ): boolean {
    let remains = false;
    for (const node of selections) {
      const here = asked && this.#isIncluded(node);
      if (node.kind === Kind.FIELD) {
        if (this.#field(node, type, path, here, below)) remains = true;
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        const condition = node.typeCondition && this.#schema.getType(node.typeCondition.name.value);
        const inner = isCompositeType(condition) ? condition : type;
        if (this.level(node.selectionSet, inner, path, here, below)) remains = true;
      }
    }
    return remains;
  }

  #field(
    node: FieldNode,
    type: GraphQLCompositeType,
    above: readonly string[],
    asked: boolean,
    below: boolean,
  ): boolean {
    const path = [...above, (node.alias ?? node.name).value];
    const isDenied = !this.#rules.mayRead(this.#caller, type.name, node.name.value);
    if (isDenied && asked && !below) this.denied.add(path.join('.'));
    const output = isUnionType(type) ? undefined : type.getFields()[node.name.value]?.type;
    const inner = output && getNamedType(output);
    let remains = !isDenied && !below;
    if (node.selectionSet !== undefined && output !== undefined && isCompositeType(inner)) {
      const items = [...path, ...listsOf(output)];
      const rest = this.level(node.selectionSet, inner, items, asked, below || isDenied);
      remains = remains && rest;
    }
    if (!remains) this.#remove(node);
    return remains;
  }

  /** With all below it, which nothing fetches. */
  #remove(node: FieldNode): void {
    this.removed.add(node);
    const gather = ({ selections }: SelectionSetNode): void => {
      for (const each of selections) {
        if (each.kind === Kind.FIELD) this.removed.add(each);
        if (each.kind !== Kind.FRAGMENT_SPREAD && each.selectionSet) gather(each.selectionSet);
      }
    };
    if (node.selectionSet) gather(node.selectionSet);
  }

  #isIncluded({ directives = [] }: SelectionNode): boolean {
    return directives.every(({ name, arguments: given = [] }) => {
      const [value] = given.map((each) => each.value);
      const holds =
        value?.kind === Kind.VARIABLE
          ? this.#variables[value.name.value] === true
          : value?.kind === Kind.BOOLEAN && value.value;
      return name.value === 'skip' ? !holds : holds;
    });
  }
}

function listsOf(type: GraphQLOutputType): readonly string[] {
  if (isNonNullType(type)) return listsOf(type.ofType);
  return isListType(type) ? ['@', ...listsOf(type.ofType)] : [];
}
