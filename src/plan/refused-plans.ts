import { hash } from 'node:crypto';
import { GatewayError } from '../errors.ts';
import type { PlanRequest } from './query-plan.ts';

/** Most operations that are remembered; the oldest go first. */
const most = 1_000;
/** How long an operation is remembered, in milliseconds: its failure may have been bad luck. */
const memoryMs = 60_000;

interface Refusal {
  readonly error: GatewayError;
  readonly untilMs: number;
}

/**
 * The operations that cost a planner its thread, or took more than a plan may: sent again, they
 * are refused at once for a while.
 */
export class RefusedPlans {
  readonly #refusals = new Map<string, Refusal>();
  readonly #now: () => number;

  constructor(now = Date.now) {
    this.#now = now;
  }

  /** Has `plan` make the plan, unless the same has failed a moment ago. */
  async guard<Answer>(request: PlanRequest, plan: () => Promise<Answer>): Promise<Answer> {
    const key = hash('sha256', JSON.stringify([request.text, ...request.overrides]), 'base64');
    this.#check(key);
    try {
      return await plan();
    } catch (thrown) {
      if (thrown instanceof GatewayError && costly.has(thrown.code)) this.#remember(key, thrown);
      throw thrown;
    }
  }

  #check(key: string): void {
    const refusal = this.#refusals.get(key);
    if (refusal === undefined || refusal.untilMs <= this.#now()) return;
    const { code, message } = refusal.error;
    throw new GatewayError(code, message, { cause: refusal.error });
  }

  #remember(key: string, error: GatewayError): void {
    this.#refusals.delete(key);
    this.#refusals.set(key, { error, untilMs: this.#now() + memoryMs });
    const [oldest] = this.#refusals.keys();
    if (this.#refusals.size > most && oldest !== undefined) this.#refusals.delete(oldest);
  }
}

const costly: ReadonlySet<string> = new Set(['QUERY_PLANNING_TIMEOUT', 'QUERY_PLAN_TOO_LARGE']);
