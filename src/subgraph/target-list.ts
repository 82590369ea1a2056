import type { HttpClient } from '../clients/http.ts';
import type { SubgraphAnswer, SubgraphRequest } from '../context.ts';
import type { Call } from '../lib/call.ts';
import { Disposer } from '../lib/disposer.ts';
import type { HeldTarget, TargetPool } from '../resilience/balance/target-pool.ts';
import type { TargetState } from '../resilience/balance/target-state.ts';
import type { TargetAddress } from './target-address.ts';

type SubgraphCall = Call<SubgraphRequest, SubgraphAnswer>;

/** One target, as the configuration or a DNS record has it. */
export interface PlannedTarget extends TargetAddress {
  readonly weight: number;
  readonly group?: string | undefined;
  /** The address to connect to, whatever the host of the URL is. */
  readonly address?: string;
}

/** What calls a target, and lives as long as it is there. */
export interface OpenTarget {
  readonly client: HttpClient;
  readonly call: SubgraphCall;
  /** What asks whether it is well. */
  readonly check?: AsyncDisposable | undefined;
}

export interface TargetListSetup {
  readonly upstream: string;
  readonly pool: TargetPool;
  readonly slowStartMs: number;
  readonly open: (planned: PlannedTarget, state: TargetState) => OpenTarget;
}

interface Member extends OpenTarget {
  readonly held: HeldTarget;
  readonly planned: PlannedTarget;
}

/** The targets of a subgraph with their connections. Those that go end the calls they have. */
export class TargetList implements AsyncDisposable {
  readonly #setup: TargetListSetup;
  readonly #members = new Map<TargetState, Member>();
  /** Those that get no further calls, until those under way have ended. */
  readonly #leaving = new Map<TargetState, Member>();
  readonly #left = new Set<Promise<void>>();
  #groups = new Map<string | undefined, readonly TargetState[]>();

  constructor(setup: TargetListSetup) {
    this.#setup = setup;
  }

  get ids(): readonly string[] {
    return [...this.#members.keys()].map(({ id }) => id);
  }

  /** Those of a group; where none of it is fine, those without a group. */
  of(group: string | undefined): readonly TargetState[] {
    const own = this.#groups.get(group);
    if (own?.some(({ isFine }) => isFine)) return own;
    return this.#groups.get(undefined) ?? [];
  }

  callOf(target: TargetState): SubgraphCall | undefined {
    return this.#members.get(target)?.call;
  }

  /** To be told of each call that has ended. */
  settled(target: TargetState): void {
    const member = this.#leaving.size > 0 ? this.#leaving.get(target) : undefined;
    if (member !== undefined && target.inFlight === 0) this.#leave(member);
  }

  /** From now on, calls go to these; what is known of those that remain stays. */
  set(planned: readonly PlannedTarget[]): void {
    const { upstream, pool, slowStartMs } = this.#setup;
    const before = new Map(this.#members);
    const terms = planned.map(({ id, weight }) => ({ id, weight, slowStartMs }));
    this.#members.clear();
    pool.hold(upstream, terms).forEach((held, index) => {
      const one = planned[index];
      if (one !== undefined) this.#join(one, held, before);
    });
    this.#groups = grouped(this.#members.values());
    for (const member of before.values()) this.#retire(member);
  }

  /** Keeps the connections of one that was there already, and the check of its health. */
  #join(planned: PlannedTarget, held: HeldTarget, before: Map<TargetState, Member>): void {
    const { state } = held;
    const known = before.get(state);
    if (known === undefined) {
      this.#members.set(state, { planned, held, ...this.#setup.open(planned, state) });
      return;
    }
    before.delete(state);
    held[Symbol.dispose]();
    this.#members.set(state, { ...known, planned });
  }

  #retire(member: Member): void {
    const { state } = member.held;
    if (state.inFlight === 0) this.#leave(member);
    else this.#leaving.set(state, member);
  }

  #leave(member: Member): void {
    if (this.#leaving.get(member.held.state) === member) this.#leaving.delete(member.held.state);
    const left = closed(member).finally(() => this.#left.delete(left));
    this.#left.add(left);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#members.values(), ...this.#leaving.values()];
    this.#members.clear();
    this.#leaving.clear();
    this.#groups.clear();
    await Promise.all([...all.map(closed), ...this.#left]);
  }
}

async function closed({ held, client, check }: Member): Promise<void> {
  await using disposer = new Disposer();
  disposer.use(held);
  disposer.use(client);
  if (check !== undefined) disposer.use(check);
}

function grouped(members: Iterable<Member>) {
  const groups = new Map<string | undefined, TargetState[]>();
  for (const { held, planned } of members) {
    const group = groups.get(planned.group);
    if (group === undefined) groups.set(planned.group, [held.state]);
    else group.push(held.state);
  }
  return groups;
}
