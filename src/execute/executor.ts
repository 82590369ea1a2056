import { type DocumentNode, GraphQLError, type GraphQLSchema } from 'graphql';
import type { ToleratedError } from '../errors.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import { LongTurns } from '../lib/long-turns.ts';
import { operationRoot } from '../operation/operation.ts';
import type { Variables } from '../operation/variables.ts';
import type { PlanCosts } from '../plan/plan-costs.ts';
import type { Plan } from '../plan/plans.ts';
import { Answers } from './answers.ts';
import { type AnswerBounds, type ExecutionBounds, unbounded } from './bounds.ts';
import { ClientPaths } from './client-path.ts';
import { type CompiledSteps, compilePlan } from './compile-plan.ts';
import { Completion } from './completion.ts';
import type { Send } from './fetch-document.ts';
import { Gaps } from './gaps.ts';
import { introspect, introspectionOf } from './introspect.ts';
import { runPlan } from './run.ts';
import { writing } from './stages.ts';
import { TypeConditions } from './type-conditions.ts';

/** What an execution comes to: GraphQL October 2021, section 7.1, before anything is masked. */
export interface ExecutionResult {
  /** As JSON, in the order of the operation. */
  readonly data: string;
  readonly errors: readonly GraphQLError[];
  /** What it cost, where that is counted. */
  readonly cost?: number | undefined;
  /** The failures that have null in their place and no error, where there are any. */
  readonly tolerated?: readonly ToleratedError[];
}

/** A plan with all prepared that does not change from request to request. */
interface CompiledPlan {
  readonly steps: CompiledSteps;
  readonly answers: Answers;
  readonly gaps: Gaps;
  readonly introspection: DocumentNode | undefined;
}

/** Executes the plans of one supergraph. */
export class Executor {
  readonly #schema: GraphQLSchema;
  readonly #types: TypeConditions;
  readonly #costs: PlanCosts | undefined;
  readonly #bounds: ExecutionBounds;
  readonly #turns: LongTurns;
  readonly #compiled = new WeakMap<Plan, CompiledPlan>();

  /**
   * `schema` is what clients see; `possibleTypes` knows all of the supergraph's types. Without
   * `costs`, none are looked at.
   */
  constructor(
    schema: GraphQLSchema,
    possibleTypes: ReadonlyMap<string, ReadonlySet<string>>,
    costs?: PlanCosts,
    bounds = unbounded,
  ) {
    this.#schema = schema;
    this.#types = new TypeConditions(possibleTypes);
    this.#costs = costs;
    this.#bounds = bounds;
    this.#turns = new LongTurns(bounds.turn);
  }

  /**
   * Fetches by the plan through `send` and completes the answer. What fails below becomes errors
   * in the result; only the abort of `signal` is thrown. `share` of an answer's bounds is for this
   * one.
   */
  async execute(
    plan: Plan,
    coerced: Variables,
    send: Send,
    signal: Cancellation,
    share = 1,
  ): Promise<ExecutionResult> {
    const { steps, answers, gaps, introspection } = this.#compile(plan);
    const variables = underPlanNames(coerced, plan.names.clientVariables);
    const answering = answers.for(variables);
    const refused = this.#costs?.refused(plan, variables);
    const bounds = this.#bounds;
    const types = this.#types;
    const turns = this.#turns;
    const input = { steps, variables, answering, types, send, refused, bounds, turns };
    const { data, failures, shared, isPlain } = await runPlan(input, signal);
    const introspected = introspection && this.#introspect(introspection, plan, variables);
    const completion = new Completion({
      failures,
      shared,
      isPlain,
      gaps,
      introspected: introspected ?? {},
      turn: bounds.turn,
      bounds: share === 1 ? bounds.answer : shareOf(bounds.answer, share),
    });
    let text = answering.write(data, completion);
    const isLong = text === undefined;
    while (text === undefined) {
      await turns.next(writing);
      signal.throwIfAborted();
      completion.pauses.goOn();
      text = answering.write(data, completion);
    }
    // What it cost is counted in turns of its own.
    if (isLong && this.#costs !== undefined) await turns.next(writing);
    // What stands at many places is counted at each: of an answer beyond its bounds, too often.
    const counted = completion.isOver ? undefined : this.#costs?.actual(plan, data, variables);
    const cost = counted instanceof Promise ? await counted : counted;
    const { errors, tolerated } = failures;
    if (errors.length === 0) return { data: text, errors, cost, tolerated };
    const paths = new ClientPaths(
      text.length > longestParsed ? null : JSON.parse(text),
      plan.names,
    );
    return { data: text, errors: errors.map((error) => placed(error, paths)), cost, tolerated };
  }

  /** The subgraphs that a plan asks. */
  subgraphsOf(plan: Plan): ReadonlySet<string> {
    return this.#compile(plan).steps.subgraphs;
  }

  #introspect(document: DocumentNode, { names, operation }: Plan, variables: Variables) {
    const schema = operation.view ?? this.#schema;
    const context = { schema, fragments: names.fragments, variables };
    return introspect(document, names.clientKeys, context);
  }

  #compile(plan: Plan): CompiledPlan {
    const known = this.#compiled.get(plan);
    if (known !== undefined) return known;
    const { definition, fragments } = plan.names;
    const steps = compilePlan(plan.queryPlan, this.#types);
    const root = operationRoot(this.#schema, definition);
    const input = { schema: this.#schema, fragments, types: this.#types };
    const compiled = {
      steps,
      gaps: new Gaps(root, definition.selectionSet, steps.supply, input),
      answers: new Answers(this.#schema, plan.names),
      introspection: introspectionOf(definition, fragments),
    };
    this.#compiled.set(plan, compiled);
    return compiled;
  }
}

/** Longest answer that is read again for the paths of its errors, in characters: it takes time. */
const longestParsed = 100_000;

function shareOf({ values, size }: AnswerBounds, share: number): AnswerBounds {
  return { values: Math.ceil(values * share), size: Math.ceil(size * share) };
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
