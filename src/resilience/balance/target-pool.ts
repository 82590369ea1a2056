import { type TargetSnapshot, TargetState } from './target-state.ts';

/** The targets of one upstream, as an operator reads them. */
export interface UpstreamSnapshot {
  readonly name: string;
  readonly targets: readonly TargetSnapshot[];
}

/** A target that is in use. Disposing it lets go of it; with the last user, its state goes. */
export interface HeldTarget extends Disposable {
  readonly state: TargetState;
}

/** What the configuration, or a DNS record, says of a target. */
export interface TargetTerms {
  readonly id: string;
  readonly weight: number;
  readonly slowStartMs: number;
}

interface Shared {
  readonly state: TargetState;
  users: number;
}

/**
 * What is known of all targets, by upstream. It lives as long as the data plane: a target that
 * remains from one configuration or supergraph to the next stays healthy, ejected or drained.
 */
export class TargetPool {
  readonly #upstreams = new Map<string, Map<string, Shared>>();
  readonly #now: (() => number) | undefined;

  constructor(now?: () => number) {
    this.#now = now;
  }

  /** One that comes to others which serve already begins slowly. */
  hold(upstream: string, all: readonly TargetTerms[]): readonly HeldTarget[] {
    const targets = this.#upstreams.get(upstream) ?? new Map<string, Shared>();
    this.#upstreams.set(upstream, targets);
    const isFirst = targets.size === 0;
    return all.map((terms) => {
      const known = targets.get(terms.id);
      const shared = known ?? { state: new TargetState(terms.id, this.#now), users: 0 };
      targets.set(terms.id, shared);
      shared.users += 1;
      shared.state.fullWeight = terms.weight;
      shared.state.slowStartMs = terms.slowStartMs;
      if (known === undefined && !isFirst) shared.state.rise();
      return { state: shared.state, [Symbol.dispose]: () => this.#release(upstream, shared) };
    });
  }

  /** Undefined for a target that is not there. */
  find(upstream: string, id: string): TargetState | undefined {
    return this.#upstreams.get(upstream)?.get(id)?.state;
  }

  has(upstream: string): boolean {
    return this.#upstreams.has(upstream);
  }

  snapshot(): readonly UpstreamSnapshot[] {
    return [...this.#upstreams].map(([name, targets]) => {
      return { name, targets: [...targets.values()].map(({ state }) => state.snapshot()) };
    });
  }

  #release(upstream: string, shared: Shared): void {
    shared.users -= 1;
    const targets = this.#upstreams.get(upstream);
    if (shared.users > 0 || targets === undefined) return;
    targets.delete(shared.state.id);
    if (targets.size === 0) this.#upstreams.delete(upstream);
  }
}
