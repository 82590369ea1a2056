import { type GraphQLSchema, isNonNullType } from 'graphql';
import { conditionVariables } from '../lib/condition-variables.ts';
import { operationRoot } from '../operation/operation.ts';
import type { Variables } from '../operation/variables.ts';
import type { PlanningDocument } from '../plan/planning-document.ts';
import { Asked } from './asked.ts';
import { compileAnswer, type WriteAnswer } from './compile-answer.ts';
import { collectFields } from './selection.ts';
import { Skipped } from './skipped.ts';
import { TrimmedFetches } from './trimmed-fetches.ts';

/** How an operation is answered while its conditions are what they are. */
export interface Answering {
  readonly write: WriteAnswer;
  /** The root fields that may not be null. */
  readonly nonNullRoots: ReadonlySet<string>;
  /** Fetches without what the conditions leave out. */
  readonly trimmed: TrimmedFetches;
  readonly asked: Asked;
}

/** The most that is kept of one operation; each of its conditions doubles what there may be. */
const mostKept = 32;

/** How one operation is answered: prepared once for each outcome of its `@skip` and `@include`. */
export class Answers {
  readonly #schema: GraphQLSchema;
  readonly #operation: PlanningDocument;
  readonly #conditions: readonly string[];
  readonly #kept = new Map<string, Answering>();

  constructor(schema: GraphQLSchema, operation: PlanningDocument) {
    this.#schema = schema;
    this.#operation = operation;
    const { definition, fragments } = operation;
    this.#conditions = conditionVariables([definition, ...fragments.values()]);
  }

  for(variables: Variables): Answering {
    const key = this.#conditions.map((name) => String(variables[name])).join();
    const known = this.#kept.get(key);
    if (known !== undefined) return known;
    const answering = this.#compile(variables);
    if (this.#kept.size >= mostKept) this.#kept.clear();
    this.#kept.set(key, answering);
    return answering;
  }

  #compile(all: Variables): Answering {
    const { definition, fragments, clientKeys } = this.#operation;
    const root = operationRoot(this.#schema, definition);
    // Only the conditions: what is kept must not hold on to one request's values.
    const variables = Object.fromEntries(this.#conditions.map((name) => [name, all[name]]));
    const context = { schema: this.#schema, fragments, variables, clientKeys };
    const fields = collectFields(root, [definition.selectionSet], context);
    const nonNull = fields.filter(({ field }) => isNonNullType(field?.type));
    return {
      write: compileAnswer(root, definition.selectionSet, { ...context, withDenied: true }),
      nonNullRoots: new Set(nonNull.map(({ key }) => key)),
      trimmed: new TrimmedFetches(new Skipped(this.#operation, variables)),
      asked: new Asked(root, definition.selectionSet, context),
    };
  }
}
