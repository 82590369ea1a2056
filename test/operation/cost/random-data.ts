import {
  type DocumentNode,
  execute,
  type GraphQLFieldResolver,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  parse,
  visit,
} from 'graphql';
import type { CostFacts } from '../../../src/operation/cost/cost-facts.ts';
import type { Choices } from '../../conformance/choices.ts';
import type { RandomOperation } from '../../conformance/random-operation.ts';

/** Items of a list of which nothing is said. */
const listSize = 10;

/** An object, and how many items the lists that its parent's arguments bound may have. */
interface Source {
  readonly typename: string;
  readonly sizes: ReadonlyMap<string, number>;
}

/**
 * Answers an operation at random, with nulls here and there and lists that are at most as long as
 * `@listSize` says, or 10, and often just as long.
 */
export function randomAnswer(
  schema: GraphQLSchema,
  { listSizes }: CostFacts,
  { text, variables }: RandomOperation,
  choices: Choices,
): unknown {
  const fieldResolver: GraphQLFieldResolver<Source | undefined, unknown> = (
    source,
    args,
    _context,
    { parentType, fieldName, returnType },
  ) => {
    const stated = listSizeOf(parentType, fieldName);
    const bound = stated && statedBound(stated, args);
    const isConnection = stated !== undefined && stated.sizedFields.length > 0;
    const sizes = new Map(
      isConnection ? stated.sizedFields.map((name) => [name, bound ?? listSize]) : [],
    );
    const outer = source?.sizes.get(fieldName) ?? (isConnection ? undefined : bound) ?? listSize;
    return given(returnType, outer, sizes);
  };

  function listSizeOf(type: GraphQLObjectType, field: string) {
    const owners = [type, ...type.getInterfaces()];
    return owners.map(({ name }) => listSizes.get(`${name}.${field}`)).find((each) => each);
  }

  function given(
    type: GraphQLOutputType,
    items: number,
    sizes: ReadonlyMap<string, number>,
  ): unknown {
    if (isNonNullType(type)) return present(type.ofType, items, sizes);
    return choices.chance(10) ? null : present(type, items, sizes);
  }

  function present(
    type: GraphQLOutputType,
    items: number,
    sizes: ReadonlyMap<string, number>,
  ): unknown {
    if (isListType(type)) {
      const length = choices.chance(50) ? items : choices.below(items + 1);
      return Array.from({ length }, () => given(type.ofType, listSize, sizes));
    }
    if (isLeafType(type)) return leaf(type.name);
    if (!isAbstractType(type)) return { typename: '', sizes };
    const possible = schema.getPossibleTypes(type).map(({ name }) => name);
    return { typename: choices.pick(possible), sizes };
  }

  const { data, errors } = execute({
    schema,
    document: withTypenames(parse(text)),
    variableValues: variables,
    fieldResolver,
    typeResolver: (value) => (value as Source).typename,
  }) as { readonly data?: unknown; readonly errors?: readonly Error[] };
  if (data === undefined || errors !== undefined) throw errors?.[0] ?? new Error('No data');
  return data;
}

/** Every object tells its type, as it does where the gateway executes. */
function withTypenames(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet(set, _key, parent) {
      const isRoot = parent && 'kind' in parent && parent.kind === Kind.OPERATION_DEFINITION;
      const typename = {
        kind: Kind.FIELD,
        name: { kind: Kind.NAME, value: '__typename' },
      } as const;
      return isRoot ? undefined : { ...set, selections: [...set.selections, typename] };
    },
  });
}

function statedBound(
  {
    slicingArguments,
    assumedSize,
  }: { slicingArguments: readonly string[]; assumedSize: number | undefined },
  args: Readonly<Record<string, unknown>>,
): number {
  const unsliced = assumedSize ?? listSize;
  const given = slicingArguments
    .map((name) => args[name])
    .filter((value) => typeof value === 'number')
    .map((value) => (value < 0 ? unsliced : value));
  return given.length > 0 ? Math.max(...given) : unsliced;
}

function leaf(type: string): unknown {
  switch (type) {
    case 'Int':
    case 'Float':
      return 1;
    case 'Boolean':
      return true;
    case 'Status':
      return 'NEW';
    default:
      return 'text';
  }
}
