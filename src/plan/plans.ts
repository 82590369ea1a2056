import { print } from 'graphql';
import { ByteCache } from '../lib/byte-cache.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import { type FlightControl, SingleFlight } from '../lib/single-flight.ts';
import type { Operation } from '../operation/operation.ts';
import { asksNothing } from './planned-part.ts';
import type { Planner } from './planner.ts';
import { type PlanningDocument, planningDocument } from './planning-document.ts';
import type { PlannedOperation } from './query-plan.ts';
import { RefusedPlans } from './refused-plans.ts';
import { unplanned } from './unplanned.ts';

/** How one operation is fetched, and the names under which its plan knows the client's. */
export interface Plan extends PlannedOperation {
  readonly operation: Operation;
  readonly names: PlanningDocument;
}

/** An operation that was planned, and how often its plan was asked for. */
export interface UsedOperation {
  readonly text: string;
  readonly operationName: string | undefined;
  /** The override labels that were active. */
  readonly overrides: readonly string[];
  /** The requirements that its callers met; undefined for an operation of which all was seen. */
  readonly met?: readonly string[] | undefined;
  readonly uses: number;
}

interface KeptPlan {
  readonly plan: Plan;
  readonly overrides: readonly string[];
  uses: number;
}

const emptyPlan: PlannedOperation = { queryPlan: { kind: 'QueryPlan' }, size: 0 };

/** About how much memory a plan takes, measured in its characters as JSON. */
const bytesPerCharacter = 20;

/** The plans of one supergraph. A plan is made once, however many requests wait for it. */
export class Plans {
  readonly #planner: Planner;
  readonly #cache: ByteCache<KeptPlan>;
  readonly #flights = new SingleFlight<KeptPlan>();
  readonly #refused = new RefusedPlans();
  /** Every override label of the supergraph, in the order in which keys have them. */
  readonly #labels: readonly string[];

  /** `cacheBytes` bounds the plans that are kept; the least recently used go first. */
  constructor(planner: Planner, cacheBytes: number) {
    this.#planner = planner;
    this.#cache = new ByteCache(cacheBytes, bytesOf);
    this.#labels = [...new Set([...planner.overrideLabels.ofField.values()].flat())].sort();
  }

  /** The plan for `operation` if it is kept: see `get`. */
  known(operation: Operation, overrides: readonly string[]): Plan | undefined {
    const kept = this.#cache.get(this.#keyOf(operation, this.#active(overrides)));
    if (kept !== undefined) kept.uses += 1;
    return kept?.plan;
  }

  /**
   * The plan for `operation` while the labels `overrides` of `@override(label:)` are active, and
   * whether it was there already. A plan that was begun is made to its end though all who wait for
   * it have left: they are likely to ask again, and to end it would cost the whole thread.
   */
  async get(
    operation: Operation,
    overrides: readonly string[],
    signal: Cancellation,
  ): Promise<{ readonly plan: Plan; readonly cached: boolean }> {
    const { kept, cached } = await this.#keep(operation, overrides, signal);
    if (cached) kept.uses += 1;
    return { plan: kept.plan, cached };
  }

  /** Makes a plan before it is asked for. Uses of the plan that it replaces count by half. */
  async prepare(operation: Operation, used: UsedOperation, signal: Cancellation): Promise<void> {
    const { kept } = await this.#keep(operation, used.overrides, signal);
    kept.uses += Math.floor(used.uses / 2);
  }

  /** The operations whose plans were asked for most, the most used first. */
  mostUsed(count: number): readonly UsedOperation[] {
    return [...this.#cache.values()]
      .filter(({ plan: { operation } }) => operation.view === undefined)
      .sort((one, other) => other.uses - one.uses)
      .slice(0, count)
      .map(({ plan: { operation }, overrides, uses }) => {
        const { document, name: operationName, met } = operation;
        return { text: document.text, operationName, met, overrides, uses };
      });
  }

  async #keep(operation: Operation, overrides: readonly string[], signal: Cancellation) {
    const active = this.#active(overrides);
    const key = this.#keyOf(operation, active);
    const known = this.#cache.get(key);
    if (known !== undefined) return { kept: known, cached: true };
    const make = async (control: FlightControl): Promise<KeptPlan> => {
      const plan = await this.#make(operation, active, () => control.isWanted());
      const kept = { plan, overrides: active, uses: 1 };
      this.#cache.set(key, kept);
      return kept;
    };
    const { answer, shared } = await this.#flights.join(key, make, signal);
    return { kept: answer, cached: shared };
  }

  #active(overrides: readonly string[]): readonly string[] {
    return this.#labels.filter((label) => overrides.includes(label));
  }

  #keyOf({ key }: Operation, active: readonly string[]): string {
    return active.length === 0 ? key : JSON.stringify([key, ...active]);
  }

  async #make(
    operation: Operation,
    overrides: readonly string[],
    isWanted: () => boolean,
  ): Promise<Plan> {
    try {
      const names = planningDocument(operation, this.#planner.fieldNames);
      if (asksNothing(names.document)) return { operation, names, ...emptyPlan };
      const request = { text: print(names.document), overrides };
      const planned = await this.#refused.guard(request, () =>
        this.#planner.plan(request, isWanted),
      );
      return { operation, names, ...planned };
    } catch (cause) {
      throw unplanned(cause);
    }
  }
}

function bytesOf({ plan: { size, operation } }: KeptPlan): number {
  return (size + operation.document.text.length) * bytesPerCharacter;
}
