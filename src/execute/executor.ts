import {
  type DocumentNode,
  GraphQLError,
  type GraphQLObjectType,
  type GraphQLSchema,
  isNonNullType,
  type OperationDefinitionNode,
} from 'graphql';
import type { JsonObject } from '../lib/own.ts';
import { operationRoot } from '../operation/operation.ts';
import type { Variables } from '../operation/variables.ts';
import type { Plan } from '../plan/plans.ts';
import { ClientPaths } from './client-path.ts';
import { compilePlan, type Step } from './compile-plan.ts';
import { complete } from './complete.ts';
import type { Send } from './entity-loader.ts';
import { Gaps } from './gaps.ts';
import { introspect, introspectionOf } from './introspect.ts';
import { runPlan } from './run.ts';
import { collectFields } from './selection.ts';
import { TypeConditions } from './type-conditions.ts';

/** What an execution comes to: GraphQL October 2021, section 7.1, before anything is masked. */
export interface ExecutionResult {
  readonly data: JsonObject | null;
  readonly errors: readonly GraphQLError[];
}

/** A plan with all prepared that does not change from request to request. */
interface CompiledPlan {
  readonly step: Step | undefined;
  readonly definition: OperationDefinitionNode;
  readonly root: GraphQLObjectType;
  readonly gaps: Gaps;
  readonly introspection: DocumentNode | undefined;
}

/** Executes the plans of one supergraph. */
export class Executor {
  readonly #schema: GraphQLSchema;
  readonly #types: TypeConditions;
  readonly #compiled = new WeakMap<Plan, CompiledPlan>();

  /** `schema` is what clients see; `possibleTypes` knows all of the supergraph's types. */
  constructor(schema: GraphQLSchema, possibleTypes: ReadonlyMap<string, ReadonlySet<string>>) {
    this.#schema = schema;
    this.#types = new TypeConditions(possibleTypes);
  }

  /**
   * Fetches by the plan through `send` and completes the answer. What fails below becomes errors
   * in the result; only the abort of `signal` is thrown.
   */
  async execute(
    plan: Plan,
    coerced: Variables,
    send: Send,
    signal: AbortSignal,
  ): Promise<ExecutionResult> {
    const compiled = this.#compile(plan);
    const { fragments } = plan.names;
    const variables = underPlanNames(coerced, plan.names.clientVariables);
    const context = { schema: this.#schema, fragments, variables };
    const { root, step, definition, introspection, gaps } = compiled;
    const roots = collectFields(root, [definition.selectionSet], context);
    const nonNull = roots.filter(({ field }) => isNonNullType(field?.type));
    const nonNullRoots = new Set(nonNull.map(({ key }) => key));
    const input = { step, variables, nonNullRoots, types: this.#types, send };
    const { data, failures } = await runPlan(input, signal);
    const { clientKeys } = plan.names;
    const introspected = introspection && introspect(introspection, clientKeys, context);
    const completion = { ...context, failures, gaps, clientKeys, introspected: introspected ?? {} };
    const answer = complete(root, definition.selectionSet, data, completion);
    const paths = new ClientPaths(answer, plan.names);
    return { data: answer, errors: failures.errors.map((error) => placed(error, paths)) };
  }

  #compile(plan: Plan): CompiledPlan {
    const known = this.#compiled.get(plan);
    if (known !== undefined) return known;
    const { definition, fragments } = plan.names;
    const { step, supply } = compilePlan(plan.queryPlan);
    const root = operationRoot(this.#schema, definition);
    const input = { schema: this.#schema, fragments, types: this.#types };
    const compiled = {
      step,
      definition,
      root,
      gaps: new Gaps(root, definition.selectionSet, supply, input),
      introspection: introspectionOf(definition, fragments),
    };
    this.#compiled.set(plan, compiled);
    return compiled;
  }
}

function underPlanNames(
  variables: Variables,
  clientVariables: ReadonlyMap<string, string>,
): Variables {
  if (clientVariables.size === 0) return variables;
  const renamed: Record<string, unknown> = { ...variables };
  for (const [planName, clientName] of clientVariables) {
    delete renamed[clientName];
    if (Object.hasOwn(variables, clientName)) renamed[planName] = variables[clientName];
  }
  return renamed;
}

/** The error with the client's keys in its path. */
function placed(error: GraphQLError, paths: ClientPaths): GraphQLError {
  if (error.path === undefined) return error;
  const { message, originalError, extensions } = error;
  return new GraphQLError(message, { path: paths.of(error.path), originalError, extensions });
}
