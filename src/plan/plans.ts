import { isNativeError } from 'node:util/types';
import { GatewayError } from '../errors.ts';
import { ByteCache } from '../lib/byte-cache.ts';
import type { Operation } from '../operation/operation.ts';
import { formatPlan, type Planner, type QueryPlan } from './planner.ts';
import { type PlanningDocument, planningDocument } from './planning-document.ts';

/** How one operation is fetched, and the names under which its plan knows the client's. */
export interface Plan {
  readonly operation: Operation;
  readonly queryPlan: QueryPlan;
  readonly names: PlanningDocument;
}

/** About how much memory a plan takes, measured in the characters of its formatted text. */
const bytesPerCharacter = 30;

/** The plans of one supergraph. A plan is made once, however many requests wait for it. */
export class Plans {
  readonly #planner: Planner;
  readonly #cache: ByteCache<Plan>;
  readonly #making = new Map<string, Promise<Plan>>();

  /** `cacheBytes` bounds the plans that are kept; the least recently used go first. */
  constructor(planner: Planner, cacheBytes: number) {
    this.#planner = planner;
    this.#cache = new ByteCache(cacheBytes, bytesOf);
  }

  /** The plan for `operation`, and whether it was there already. */
  async get(operation: Operation): Promise<{ readonly plan: Plan; readonly cached: boolean }> {
    const known = this.#cache.get(operation.key);
    if (known !== undefined) return { plan: known, cached: true };
    const underWay = this.#making.get(operation.key);
    if (underWay !== undefined) return { plan: await underWay, cached: true };
    const making = this.#make(operation).finally(() => this.#making.delete(operation.key));
    this.#making.set(operation.key, making);
    const plan = await making;
    this.#cache.set(operation.key, plan);
    return { plan, cached: false };
  }

  async #make(operation: Operation): Promise<Plan> {
    try {
      const names = planningDocument(operation, this.#planner.fieldNames);
      const queryPlan = this.#planner.plan(names.document);
      return { operation, queryPlan, names };
    } catch (cause) {
      throw unplanned(cause);
    }
  }
}

/** The planner's own bound on what fragments expand to; its error has no code. */
const tooMuch = 'Exceeded maximum recursive selections';

/** The planner recurses: what is too deep or too wide for it is the client's fault. */
function unplanned(cause: unknown): GatewayError {
  if (isNativeError(cause) && cause.message.startsWith(tooMuch)) {
    const message = 'The operation selects more than can be planned';
    return new GatewayError('GRAPHQL_VALIDATION_FAILED', message, { cause });
  }
  if (isNativeError(cause) && cause.name === 'RangeError') {
    const message = 'The document is nested too deeply';
    return new GatewayError('GRAPHQL_VALIDATION_FAILED', message, { cause });
  }
  return new GatewayError('QUERY_PLANNING_FAILED', 'The operation cannot be planned', { cause });
}

function bytesOf({ queryPlan, operation }: Plan): number {
  return (formatPlan(queryPlan).length + operation.document.text.length) * bytesPerCharacter;
}
