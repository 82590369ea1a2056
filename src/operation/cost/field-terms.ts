import type { FieldNode, GraphQLArgument } from 'graphql';
import { getOwn, isObject } from '../../lib/own.ts';
import type { Variables } from '../variables.ts';
import type { ListSize } from './cost-facts.ts';
import type { CostField, CostSchema } from './cost-schema.ts';
import { bounded, type Evaluation, type FormulaBuilder, type Term } from './formula.ts';
import { type InputValue, inputValue, valueFor } from './input-value.ts';

/** The named child fields whose lists a field's own arguments bound, as in a connection. */
export interface Sized {
  readonly names: ReadonlySet<string>;
  /** How many items each of these lists has. */
  readonly size: Term;
}

/** What the arguments of one field say of its cost. */
export interface FieldTerms {
  /** The weights of the arguments that are given; below 0 where these lower the field's. */
  readonly arguments: Term;
  /** How many objects or leaves the field yields: 1 unless it is a list. */
  readonly size: Term;
  readonly sized: Sized | undefined;
}

export interface FieldTermsContext {
  readonly schema: CostSchema;
  readonly builder: FormulaBuilder;
  /** The size of a list of which nothing is said. */
  readonly listSize: number;
}

/** Reads the arguments of a field as far as they matter to its cost. */
export function fieldTerms(
  field: CostField,
  node: FieldNode,
  context: FieldTermsContext,
): FieldTerms {
  const { builder, listSize: unknownSize } = context;
  const { listSize, lists } = field;
  const weights = argumentWeights(field, node, context);
  const stated = listSize === undefined ? undefined : statedSize(field, listSize, node, context);
  if (stated === undefined || listSize === undefined) {
    return { arguments: weights, size: nested(lists, unknownSize), sized: undefined };
  }
  if (listSize.sizedFields.length > 0) {
    const sized = { names: new Set(listSize.sizedFields), size: stated };
    return { arguments: weights, size: nested(lists, unknownSize), sized };
  }
  const size = lists === 0 ? 1 : builder.product(stated, nested(lists - 1, unknownSize));
  return { arguments: weights, size, sized: undefined };
}

/** The size of a list in lists of unknown sizes. */
export function nested(lists: number, unknownSize: number): number {
  return bounded(unknownSize ** lists);
}

function argumentWeights(
  field: CostField,
  node: FieldNode,
  { schema: { inputs }, builder }: FieldTermsContext,
): Term {
  const terms: Term[] = [];
  for (const { name, value: valueNode } of node.arguments ?? []) {
    const argument = field.arguments.get(name.value);
    if (argument === undefined) continue;
    const weight = inputs.of(`${field.coordinate}(${name.value}:)`, argument.type);
    const within = inputs.areWithin(argument.type);
    if (weight === 0 && !within) continue;
    const value = inputValue(valueNode, argument.type);
    const weigh = (given: unknown): number => {
      if (given === null || given === undefined) return 0;
      return weight + (within ? inputs.within(given, argument.type) : 0);
    };
    terms.push(
      'read' in value
        ? builder.variable(({ variables }) => weigh(value.read(variables)))
        : weigh(value.known),
    );
  }
  return builder.sum(terms);
}

/** One slicing argument, and where in its value the number is. */
interface Slice {
  /** Undefined where the operation does not give the argument. */
  readonly value: InputValue | undefined;
  readonly default: unknown;
  readonly path: readonly string[];
}

/** What `@listSize` says of a list: its slicing arguments, else the size that is assumed. */
function statedSize(
  field: CostField,
  { slicingArguments, assumedSize, requireOneSlicingArgument }: ListSize,
  node: FieldNode,
  { builder, listSize }: FieldTermsContext,
): Term {
  const unsliced = assumedSize ?? listSize;
  if (slicingArguments.length === 0) return unsliced;
  const slices = slicingArguments.map((path) => sliceOf(path, field.arguments, node));
  const measure = (variables: Variables) => measured(slices, unsliced, variables);
  const isWrong = ({ given, isBounded }: Measured) =>
    requireOneSlicingArgument && given !== 1 && !(given === 0 && isBounded);
  if (!slices.some(({ value }) => value !== undefined && 'read' in value)) {
    const known = measure({});
    if (!isWrong(known)) return known.size;
  }
  const { coordinate } = field;
  return builder.variable((evaluation: Evaluation) => {
    const found = measure(evaluation.variables);
    if (isWrong(found)) evaluation.fault ??= { coordinate, given: found.given, node };
    return found.size;
  });
}

function sliceOf(
  slicingArgument: string,
  known: ReadonlyMap<string, GraphQLArgument>,
  node: FieldNode,
): Slice {
  const [name = '', ...path] = slicingArgument.split('.');
  const argument = known.get(name);
  const given = node.arguments?.find((each) => each.name.value === name);
  return {
    value: given && inputValue(given.value, argument?.type),
    default: argument?.defaultValue,
    path,
  };
}

interface Measured {
  readonly size: number;
  /** How many slicing arguments the client gives, null aside. */
  readonly given: number;
  /** Whether one of them is in effect, be it by its default. */
  readonly isBounded: boolean;
}

/**
 * The largest of the slicing arguments in effect. One that is no number, or below 0, as some
 * services write "all", bounds nothing: then the list is as large as if there were none.
 */
function measured(slices: readonly Slice[], unsliced: number, variables: Variables): Measured {
  let given = 0;
  let largest: number | undefined;
  for (const slice of slices) {
    const own = slice.value && valueFor(slice.value, variables);
    const value = at(own === undefined ? slice.default : own, slice.path);
    if (value === undefined || value === null) continue;
    if (own !== undefined) given += 1;
    const bound = typeof value === 'number' && value >= 0 ? Math.ceil(value) : unsliced;
    largest = Math.max(largest ?? 0, bound);
  }
  return { size: largest ?? unsliced, given, isBounded: largest !== undefined };
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (isObject(inner) ? getOwn(inner, key) : undefined),
    value,
  );
}
