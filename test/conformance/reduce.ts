import { Kind, parse, print, type SelectionNode, type SelectionSetNode, visit } from 'graphql';
import type { FieldModel, Model, Presence } from './model.ts';
import { type Pair, pairOf } from './pair.ts';
import type { RandomOperation } from './random-operation.ts';

export interface Found {
  readonly pair: Pair;
  readonly operation: RandomOperation;
}

type Differs = (pair: Pair, operation: RandomOperation) => Promise<boolean>;

/** Takes away whatever is not needed for a difference: of the operation, then of the split. */
export async function reduced(
  model: Model,
  operation: RandomOperation,
  differs: Differs,
): Promise<Found> {
  const pair = pairOf(model);
  if (typeof pair === 'string') throw new TypeError('The split was composed a moment ago');
  const smaller = await reducedOperation(pair, operation, differs);
  return { pair: await reducedSplit(model, pair, smaller, differs), operation: smaller };
}

async function reducedOperation(
  pair: Pair,
  operation: RandomOperation,
  differs: Differs,
): Promise<RandomOperation> {
  let best = { ...operation, text: print(parse(operation.text)) };
  for (let index = 0; ; ) {
    const text = without(best.text, index);
    if (text === undefined) return best;
    const candidate = { text, variables: best.variables };
    const isSmaller = text.length < best.text.length;
    if (isSmaller && (await differs(pair, candidate).catch(() => false))) best = candidate;
    else index += 1;
  }
}

/** The text without its selection, directive or variable number `index`; undefined past the end. */
function without(text: string, index: number): string | undefined {
  let count = 0;
  const isIt = (): boolean => count++ === index;
  const document = visit(parse(text, { noLocation: true }), {
    SelectionSet: {
      leave(node) {
        const selections = node.selections.flatMap((each) => (isIt() ? inner(each) : [each]));
        return { ...node, selections: selections.length > 0 ? selections : node.selections };
      },
    },
    Directive: () => (isIt() ? null : undefined),
    VariableDefinition: () => (isIt() ? null : undefined),
    FragmentDefinition: () => (isIt() ? null : undefined),
    Argument: () => (isIt() ? null : undefined),
  });
  return count > index ? print(document) : undefined;
}

/** What may stand for a selection that is taken away: of a fragment, what is in it. */
function inner(node: SelectionNode): readonly SelectionNode[] {
  return node.kind === Kind.INLINE_FRAGMENT
    ? (node.selectionSet as SelectionSetNode).selections
    : [];
}

async function reducedSplit(
  model: Model,
  pair: Pair,
  operation: RandomOperation,
  differs: Differs,
): Promise<Pair> {
  let best = pair;
  for (const removal of removals(model)) {
    const undo = removal();
    const candidate = pairOf(model);
    const differing =
      typeof candidate !== 'string' && (await differs(candidate, operation).catch(() => false));
    if (differing) best = candidate;
    else undo();
  }
  return best;
}

type Removal = () => () => void;

/** Every part of the model that may be taken out, and put back. */
function* removals(model: Model): Generator<Removal> {
  const owners = [...model.roots, ...model.entities, ...model.values, ...model.interfaces];
  for (const { fields } of owners) {
    for (const field of [...fields]) {
      yield () => removeField(fields, field);
      yield () => removeDecoration(field);
    }
  }
  for (const { presence } of [...model.entities, ...model.interfaces]) {
    for (const [subgraph, known] of [...presence]) {
      yield () => removePresence(presence, subgraph, known);
    }
  }
}

function removeField(fields: FieldModel[], field: FieldModel): () => void {
  const index = fields.indexOf(field);
  fields.splice(index, 1);
  return () => fields.splice(index, 0, field);
}

function removeDecoration(field: FieldModel): () => void {
  const { requires, provides, overridden } = field;
  delete field.requires;
  delete field.provides;
  delete field.overridden;
  return () => {
    if (requires !== undefined) field.requires = requires;
    if (provides !== undefined) field.provides = provides;
    if (overridden !== undefined) field.overridden = overridden;
  };
}

function removePresence(
  presence: Map<string, Presence>,
  subgraph: string,
  known: Presence,
): () => void {
  presence.delete(subgraph);
  return () => presence.set(subgraph, known);
}
