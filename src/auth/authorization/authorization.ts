import type { GraphQLError, GraphQLSchema } from 'graphql';
import type { Caller, GraphQLRequest } from '../../context.ts';
import type { Awaitable } from '../../lib/call.ts';
import type { Cancellation } from '../../lib/cancellation.ts';
import { scopesOf } from '../caller.ts';
import type { Policies } from '../policies/policies.ts';
import type { AccessFacts } from './access-facts.ts';
import type { OperationTree } from './denial-marks.ts';
import { OperationGuard } from './operation-guard.ts';
import type { AuthorizationOptions } from './options.ts';
import type { Standing } from './requirement.ts';
import { SchemaViews } from './schema-views.ts';

/** An operation that was checked, as far as authorization looks at it. */
export interface GuardedOperation {
  /** Names the operation, and what its caller may see of it, among all others. */
  readonly key: string;
  readonly name: string | undefined;
  readonly kind: string;
  readonly definition: OperationTree['definition'];
  readonly document: {
    readonly fragments: OperationTree['fragments'];
    /** A field that asks for the schema, if there is one. */
    readonly introspection: string | undefined;
  };
  /** The whole operation with marks on what is denied; undefined where nothing is. */
  readonly answered?: OperationTree;
  /** With `answered`: what its caller meets of the requirements that the operation has. */
  readonly met?: readonly string[];
  /** The schema that its caller may see, where that is not all of it. */
  readonly view?: GraphQLSchema;
}

/** What one caller may see of an operation. */
export interface Access<Operation extends GuardedOperation> {
  /** What is left of it. */
  readonly operation: Operation;
  /** True when nothing is to be executed: all is denied, or one part where that rejects all. */
  readonly isRefused: boolean;
  /** One error for each place that is denied under the conditions of the request. */
  readonly errors: readonly GraphQLError[];
}

export interface AuthorizationInput {
  readonly schema: GraphQLSchema;
  readonly facts: AccessFacts;
  readonly policies: Policies;
  readonly options: AuthorizationOptions;
  /** Most errors that one answer has. */
  readonly mostErrors: number;
  /** Whether callers see no more of the schema than they may select. Default false. */
  readonly filtersSchema?: boolean;
}

/** Most paths of one operation that are logged. */
const mostLogged = 20;

type Variables = Readonly<Record<string, unknown>>;

/** One operation of one request. */
export interface Asked<Operation> {
  readonly operation: Operation;
  readonly variables: Variables;
  readonly request: GraphQLRequest;
}

/**
 * Enforces `@authenticated`, `@requiresScopes` and `@policy` of one supergraph on operations before
 * they are planned. What an operation asks is found once; what is left of it, once for all callers
 * who meet the same of it.
 */
export class Authorization<Operation extends GuardedOperation> {
  readonly #input: AuthorizationInput;
  readonly #guards = new WeakMap<Operation, OperationGuard>();
  readonly #filtered = new WeakMap<OperationTree, Operation>();
  readonly #views: SchemaViews | undefined;

  constructor(input: AuthorizationInput) {
    this.#input = input;
    const { schema, facts, filtersSchema = false } = input;
    this.#views = filtersSchema ? new SchemaViews(schema, facts) : undefined;
  }

  /** What the caller may see; undefined for all of it, as in a dry run. */
  authorize(
    asked: Asked<Operation>,
    signal: Cancellation,
  ): Awaitable<Access<Operation> | undefined> {
    const guard = this.#guardOf(asked.operation);
    const asksSchema = asked.operation.document.introspection !== undefined;
    const views = asksSchema ? this.#views : undefined;
    if (guard.asksNothing && views === undefined) return undefined;
    const policies = views?.policies ?? guard.policies;
    if (policies.length > 0) return this.#withPolicies(policies, guard, asked, signal);
    return this.#seen(guard, asked, standingOf(asked.request.caller));
  }

  /**
   * The schema of which names are suggested to the caller; undefined for all of it. What asks for
   * policies is not among it: these are decided on for operations alone.
   */
  viewFor({ caller }: GraphQLRequest): GraphQLSchema | undefined {
    return this.#views?.for(standingOf(caller)).schema;
  }

  /** What the operation asks of its callers. */
  #guardOf(operation: Operation): OperationGuard {
    const known = this.#guards.get(operation);
    if (known !== undefined) return known;
    const { schema, facts, mostErrors } = this.#input;
    const { definition, document } = operation;
    const tree = { definition, fragments: document.fragments };
    const guard = new OperationGuard(tree, schema, facts, { errors: mostErrors });
    this.#guards.set(operation, guard);
    return guard;
  }

  async #withPolicies(
    policies: readonly string[],
    guard: OperationGuard,
    asked: Asked<Operation>,
    signal: Cancellation,
  ) {
    const { operation, request } = asked;
    const told = { name: operation.name, kind: operation.kind };
    const granted = await this.#input.policies.granted(policies, told, request, signal);
    return this.#seen(guard, asked, standingOf(request.caller, granted));
  }

  /** What was left of `operation` for a caller who met these requirements of another supergraph. */
  leftFor(operation: Operation, requirements: readonly string[]): Operation {
    const guard = this.#guardOf(operation);
    const met = guard.judgeBy(new Set(requirements));
    return met === undefined ? operation : this.#left(operation, guard, met);
  }

  /** The access with the caller's own view of the schema, for an operation that asks for it. */
  #seen(guard: OperationGuard, asked: Asked<Operation>, standing: Standing) {
    const access = this.#access(guard, asked, standing);
    if (this.#views === undefined || asked.operation.document.introspection === undefined) {
      return access;
    }
    const { operation, isRefused, errors } = access ?? wholeOf(asked.operation);
    const { key, schema: view } = this.#views.for(standing);
    return { operation: { ...operation, key: `${operation.key}:${key}`, view }, isRefused, errors };
  }

  #access(
    guard: OperationGuard,
    { operation, variables, request }: Asked<Operation>,
    standing: Standing,
  ): Access<Operation> | undefined {
    const met = guard.judge(standing);
    if (met === undefined) return undefined;
    const { dryRun, mode } = this.#input.options;
    const filtered = guard.filtered(met);
    const errors = filtered.errorsFor(variables);
    if (errors.length > 0) this.#log(errors, request);
    if (dryRun) return undefined;
    const isRefused = errors.length > 0 && (filtered.nothingLeft || mode === 'reject');
    return { operation: this.#left(operation, guard, met), isRefused, errors };
  }

  #log(errors: readonly GraphQLError[], { log }: GraphQLRequest): void {
    const { dryRun, errors: told } = this.#input.options;
    const paths = errors.slice(0, mostLogged).map(({ path }) => path?.join('.'));
    const fields = { unauthorized: { count: errors.length, paths } };
    if (dryRun) log.info(fields, 'Fields would be left out, which their caller may not see');
    else if (told.log) log.info(fields, 'Fields were left out, which their caller may not see');
  }

  /** Plans, shared executions and whatever is kept of answers have `key` in their own. */
  #left(operation: Operation, guard: OperationGuard, met: string): Operation {
    const filtered = guard.filtered(met);
    const known = this.#filtered.get(filtered.answered);
    if (known !== undefined) return known;
    const left: Operation = {
      ...operation,
      key: `${operation.key}:${met}`,
      definition: filtered.left.definition,
      document: { ...operation.document, fragments: filtered.left.fragments },
      answered: filtered.answered,
      met: guard.keysOf(met),
    };
    this.#filtered.set(filtered.answered, left);
    return left;
  }
}

function wholeOf<Operation extends GuardedOperation>(operation: Operation): Access<Operation> {
  return { operation, isRefused: false, errors: [] };
}

const nobody: ReadonlySet<string> = new Set();

function standingOf(caller: Caller | undefined, policies = nobody): Standing {
  const scopes = caller === undefined ? nobody : new Set(scopesOf(caller));
  return { authenticated: caller !== undefined, scopes, policies };
}
