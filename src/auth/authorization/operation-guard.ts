import { type FieldNode, GraphQLError, type GraphQLSchema, Kind } from 'graphql';
import { GatewayError } from '../../errors.ts';
import { conditionVariables } from '../../lib/condition-variables.ts';
import type { AccessFacts } from './access-facts.ts';
import { type OperationTree, withDenials, withoutDenied } from './denial-marks.ts';
import { deniedPaths } from './denied-paths.ts';
import { documentOf, guardedFields, withEmptied } from './guarded-fields.ts';
import { isMet, type Requirement, requirementKey, type Standing } from './requirement.ts';

/** An operation of one caller: what is left of it, and what the answer says of the rest. */
export interface FilteredTree {
  /** What is planned and paid for. */
  readonly left: OperationTree;
  /** What is answered: all that the client asked for, with marks on what is denied. */
  readonly answered: OperationTree;
  /** True when there is nothing to plan. */
  readonly nothingLeft: boolean;
  /** One error for each place that the answer lacks, while the conditions are these. */
  errorsFor(variables: Readonly<Record<string, unknown>>): readonly GraphQLError[];
}

/** The bounds of what is kept and told of one operation. */
export interface GuardBounds {
  /** Most errors that one answer has. */
  readonly errors: number;
}

/** Most filtered operations that are kept of one: callers choose among what they may see. */
const mostKept = 64;
/** Most outcomes of the conditions of one filtered operation of which the errors are kept. */
const mostConditions = 32;

/** What one operation asks of its callers, and what is left of it for each kind of them. */
export class OperationGuard {
  readonly #tree: OperationTree;
  readonly #schema: GraphQLSchema;
  readonly #bounds: GuardBounds;
  readonly #guarded: ReadonlyMap<FieldNode, number>;
  readonly #indexes: readonly number[];
  readonly #requirements: readonly Requirement[];
  readonly #kept = new Map<string, FilteredTree | GatewayError>();
  /** The names of all policies that have a say. */
  readonly policies: readonly string[];

  constructor(tree: OperationTree, schema: GraphQLSchema, facts: AccessFacts, bounds: GuardBounds) {
    this.#tree = tree;
    this.#schema = schema;
    this.#bounds = bounds;
    this.#guarded = guardedFields(tree, schema, facts);
    this.#indexes = [...new Set(this.#guarded.values())].sort((one, other) => one - other);
    this.#requirements = this.#indexes.flatMap((index) => facts.requirements[index] ?? []);
    this.policies = policiesOf(this.#requirements);
  }

  get asksNothing(): boolean {
    return this.#requirements.length === 0;
  }

  /**
   * Which of the requirements the caller meets, one digit for each: the part of the caller's
   * authorization that this operation depends on, and no more of it. Undefined: all of them.
   */
  judge(standing: Standing): string | undefined {
    return digits(this.#requirements.map((requirement) => isMet(requirement, standing)));
  }

  /** As `judge`, of a caller who is known to meet the requirements with these keys. */
  judgeBy(keys: ReadonlySet<string>): string | undefined {
    return digits(this.#requirements.map((requirement) => keys.has(requirementKey(requirement))));
  }

  /** The keys of the requirements that are met. */
  keysOf(met: string): readonly string[] {
    return this.#requirements.filter((_, at) => met[at] === '1').map(requirementKey);
  }

  /** What is left for callers who were judged so; throws for what is nested too deeply. */
  filtered(met: string): FilteredTree {
    const known =
      this.#kept.get(met) ??
      this.#keep(
        met,
        shallow(() => this.#filter(met)),
      );
    if (known instanceof GatewayError) throw known;
    return known;
  }

  #keep(met: string, filtered: FilteredTree | GatewayError): FilteredTree | GatewayError {
    const [oldest] = this.#kept.size < mostKept ? [] : this.#kept.keys();
    if (oldest !== undefined) this.#kept.delete(oldest);
    this.#kept.set(met, filtered);
    return filtered;
  }

  #filter(met: string): FilteredTree {
    const unmet = new Set(this.#indexes.filter((_, at) => met[at] !== '1'));
    const guarded = [...this.#guarded].filter(([, index]) => unmet.has(index));
    const own = new Set(guarded.map(([node]) => node));
    const { denied, nothingLeft } = withEmptied(this.#tree, own);
    const answered = withDenials(this.#tree, denied);
    const left = treeOf(withoutDenied(documentOf(answered)));
    const conditions = conditionVariables([documentOf(this.#tree)]);
    const errors = new Map<string, readonly GraphQLError[]>();
    const errorsFor: FilteredTree['errorsFor'] = (variables) => {
      const key = conditions.map((name) => String(variables[name])).join();
      const known = errors.get(key);
      if (known !== undefined) return known;
      const found = shallow(() => this.#errors(own, variables));
      if (found instanceof GatewayError) throw found;
      if (errors.size >= mostConditions) errors.clear();
      errors.set(key, found);
      return found;
    };
    return { left, answered, nothingLeft, errorsFor };
  }

  #errors(
    denied: ReadonlySet<FieldNode>,
    variables: Readonly<Record<string, unknown>>,
  ): readonly GraphQLError[] {
    const root = this.#schema.getRootType(this.#tree.definition.operation);
    if (!root) return [];
    const most = this.#bounds.errors;
    const input = { tree: this.#tree, schema: this.#schema, denied, variables, most: most + 1 };
    const paths = deniedPaths(root, input);
    if (paths.length <= most) return paths.map(unauthorized);
    const more = new GatewayError('TOO_MANY_ERRORS', 'There are more errors than are listed');
    const extensions = { code: more.code };
    const last = new GraphQLError(more.message, { originalError: more, extensions });
    return [...paths.slice(0, most - 1).map(unauthorized), last];
  }
}

/** Does work that recurses: on what is nested too deeply it ends in a stack overflow. */
function shallow<Found>(work: () => Found): Found | GatewayError {
  try {
    return work();
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    const message = 'The document is nested too deeply';
    return new GatewayError('GRAPHQL_VALIDATION_FAILED', message, { cause });
  }
}

function digits(met: readonly boolean[]): string | undefined {
  return met.every(Boolean) ? undefined : met.map(Number).join('');
}

function unauthorized(path: readonly string[]): GraphQLError {
  const error = new GatewayError('UNAUTHORIZED_FIELD_OR_TYPE', 'Unauthorized field or type');
  const { message, code } = error;
  return new GraphQLError(message, { path, originalError: error, extensions: { code } });
}

/** The names of the policies that `requirements` ask, each once and in order. */
export function policiesOf(requirements: readonly Requirement[]): readonly string[] {
  return [...new Set(requirements.flatMap(({ policies }) => policies.flat(2)))].sort();
}

function treeOf({ definitions }: ReturnType<typeof documentOf>): OperationTree {
  const [definition] = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
  if (definition === undefined) throw new TypeError('An operation stays when it is filtered');
  const fragments = definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
  return { definition, fragments: new Map(fragments.map((node) => [node.name.value, node])) };
}
