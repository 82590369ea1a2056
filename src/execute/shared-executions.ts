import type { Reply } from '../context.ts';
import type { Call } from '../lib/call.ts';
import type { Cancellation } from '../lib/cancellation.ts';
import { type FlightControl, type Landed, SingleFlight } from '../lib/single-flight.ts';
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

  /** `key` has all that the result depends on beside the plan: variables, headers, who asks. */
  run(
    plan: Plan,
    key: string,
    execute: Call<Plan, SharedResult>,
    signal: Cancellation,
  ): Promise<SharedResult> {
    let flights = this.#flights.get(plan);
    if (flights === undefined) {
      flights = new SingleFlight({ endsWithLastWaiter: true });
      this.#flights.set(plan, flights);
    }
    const begin = (control: FlightControl) => execute(plan, control.signal);
    return flights.join(key, begin, signal).then(answerOf);
  }
}

function answerOf({ answer }: Landed<SharedResult>): SharedResult {
  return answer;
}
