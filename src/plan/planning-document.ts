import assert from 'node:assert/strict';
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { withoutDenied } from '../auth/authorization/denial-marks.ts';
import { fragmentsOf, type Operation } from '../operation/operation.ts';
import { operationDocument, withConditionsApart, withoutUnasked } from './planned-part.ts';

/** A document as the planner is given it, and the way back to the client's own names. */
export interface PlanningDocument {
  readonly document: DocumentNode;
  /** The whole operation, introspection and what is denied included, and its fragments. */
  readonly definition: OperationDefinitionNode;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  /** The client's response key for each one that was renamed. */
  readonly clientKeys: ReadonlyMap<string, string>;
  /** The client's variable for each one that was renamed. */
  readonly clientVariables: ReadonlyMap<string, string>;
}

/** Variables that the planner and the executor declare in subgraph operations. */
const reservedVariable = /^(representations(_\d+)?|contextualArgument_.*)$/;

/**
 * Renames what would collide with a plan's own names.
 * An alias that is also a field name: where a plan needs that field as a key, the planner keeps
 * one of the two and loses the other without a word (`{ product { id: name } }` fetched `id` only).
 * A variable such as `$representations`: the planner declares one of that name in entity fetches.
 */
export function planningDocument(
  { definition, document: checked, answered }: Operation,
  fieldNames: ReadonlySet<string>,
): PlanningDocument {
  const whole = answered ?? { definition, fragments: checked.fragments };
  const document = operationDocument(whole.definition, whole.fragments);
  const taken = takenNames(document, fieldNames);
  const keys = new Renames(taken);
  const variables = new Renames(taken);
  const renamed = visit(document, {
    Field(node) {
      if (!hidesField(node, fieldNames)) return undefined;
      const alias = { kind: Kind.NAME, value: keys.of(node.alias.value) } as const;
      return { ...node, alias };
    },
    Variable(node) {
      if (!reservedVariable.test(node.name.value)) return undefined;
      return { ...node, name: { ...node.name, value: variables.of(node.name.value) } };
    },
  });
  const asked = withoutUnasked(answered === undefined ? renamed : withoutDenied(renamed));
  // Fragments on introspection types go too: the planner may not know all of their fields.
  const planned = operationDocument(onlyOperation(asked), fragmentsOf(asked));
  return {
    document: withConditionsApart(planned),
    definition: onlyOperation(renamed),
    fragments: fragmentsOf(renamed),
    clientKeys: keys.back,
    clientVariables: variables.back,
  };
}

function onlyOperation(document: DocumentNode): OperationDefinitionNode {
  const operation = document.definitions.find((node) => node.kind === Kind.OPERATION_DEFINITION);
  assert(operation !== undefined, 'A document that is planned has an operation');
  return operation;
}

/** What the planner puts in place of a response key that two types use for different types. */
const planAlias = /__alias_\d+$/;

/** True for an alias that stands where the plan may want to put something of its own. */
function hidesField(
  node: FieldNode,
  fieldNames: ReadonlySet<string>,
): node is FieldNode & { readonly alias: object } {
  const alias = node.alias?.value;
  return (
    alias !== undefined &&
    alias !== node.name.value &&
    (fieldNames.has(alias) || planAlias.test(alias))
  );
}

/** Every name that a new one has to differ from. */
function takenNames(document: DocumentNode, fieldNames: ReadonlySet<string>): Set<string> {
  const taken = new Set(fieldNames);
  visit(document, {
    Name(node) {
      taken.add(node.value);
    },
  });
  return taken;
}

class Renames {
  readonly back = new Map<string, string>();
  readonly #forth = new Map<string, string>();
  readonly #taken: Set<string>;

  constructor(taken: Set<string>) {
    this.#taken = taken;
  }

  /** The new name that stands for `name` throughout the document. */
  of(name: string): string {
    const known = this.#forth.get(name);
    if (known !== undefined) return known;
    let fresh = `${name.replace(/^__/, 'x')}_client`;
    while (this.#taken.has(fresh)) fresh += '_';
    this.#taken.add(fresh);
    this.#forth.set(name, fresh);
    this.back.set(fresh, name);
    return fresh;
  }
}
