import type { Reply } from '../context.ts';
import { SingleFlight } from '../lib/single-flight.ts';
import type { Plan } from '../plan/plans.ts';
import type { ExecutionResult } from './executor.ts';

/** What one execution gives to all who wait for it. Nobody changes it. */
export interface SharedResult extends ExecutionResult {
  /** What the subgraphs' answers add to the reply. */
  readonly headers: Reply['headers'];
}

/**
 * Has equal executions that are under way at the same time be done once. The first to come does
 * it for all; who leaves takes it from nobody else, and with the last of them it ends.
 */
export class SharedExecutions {
  readonly #flights = new WeakMap<Plan, SingleFlight<SharedResult>>();

  /** Those of one plan, by all that the result depends on beside it: variables, headers, who asks. */
  of(plan: Plan): SingleFlight<SharedResult> {
    const known = this.#flights.get(plan);
    if (known !== undefined) return known;
    const flights = new SingleFlight<SharedResult>({ endsWithLastWaiter: true });
    this.#flights.set(plan, flights);
    return flights;
  }
}
