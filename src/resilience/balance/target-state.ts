import type { ConnectionCounts } from '../../clients/http.ts';
import type { Weighted } from './algorithm.ts';
import { PeakLatency } from './peak-latency.ts';

/** Of its weight, what a target begins with. */
const slowStartShare = 0.1;

/** What is known of one target, as an operator reads it. */
export interface TargetSnapshot {
  readonly id: string;
  readonly state: 'ready' | 'unhealthy' | 'ejected' | 'draining';
  readonly weight: number;
  readonly inFlight: number;
  /** Calls that it was chosen for. */
  readonly picks: number;
  /** Calls among them that failed, but for those whose caller left. */
  readonly failures: number;
  readonly ejections: number;
  readonly latencyMs: number;
  /** Its pool; undefined before it is connected to. */
  readonly connections: ConnectionCounts | undefined;
}

/** One target of an upstream: what it has to do and how it does. It outlives reloads. */
export class TargetState implements Weighted {
  readonly id: string;
  readonly #now: () => number;
  readonly #latency = new PeakLatency();
  /** What the configuration or its DNS record says. */
  fullWeight = 1;
  slowStartMs = 0;
  inFlight = 0;
  picks = 0;
  failures = 0;
  ejections = 0;
  /** Reads its pool; that of the newest configuration. */
  connections: (() => ConnectionCounts) | undefined;
  isHealthy = true;
  isDraining = false;
  #ejectedUntilMs = 0;
  #risesSinceMs: number | undefined;

  /** `now` is in milliseconds since any moment. */
  constructor(id: string, now: () => number = performance.now.bind(performance)) {
    this.id = id;
    this.#now = now;
  }

  /** Less than its full weight while it has begun only lately. */
  get weight(): number {
    if (this.#risesSinceMs === undefined) return this.fullWeight;
    const share = (this.#now() - this.#risesSinceMs) / this.slowStartMs;
    if (share < 1) return this.fullWeight * Math.max(slowStartShare, share);
    this.#risesSinceMs = undefined;
    return this.fullWeight;
  }

  get latencyMs(): number {
    return this.#latency.at(this.#now());
  }

  get isEjected(): boolean {
    if (this.#ejectedUntilMs === 0) return false;
    if (this.#ejectedUntilMs > this.#now()) return true;
    this.#ejectedUntilMs = 0;
    this.rise();
    return false;
  }

  /** True for one that nothing speaks against. */
  get isFine(): boolean {
    return this.isHealthy && !this.isDraining && !this.isEjected;
  }

  /** Begins with little, and gets its full share once the time for a slow start is over. */
  rise(): void {
    this.#risesSinceMs = this.slowStartMs > 0 ? this.#now() : undefined;
  }

  eject(forMs: number): void {
    this.ejections += 1;
    this.#ejectedUntilMs = this.#now() + forMs;
  }

  observe(tookMs: number): void {
    this.#latency.observe(tookMs, this.#now());
  }

  /** True when that is a change. */
  setHealthy(isHealthy: boolean): boolean {
    if (this.isHealthy === isHealthy) return false;
    this.isHealthy = isHealthy;
    if (isHealthy) this.rise();
    return true;
  }

  setDraining(isDraining: boolean): void {
    if (this.isDraining && !isDraining) this.rise();
    this.isDraining = isDraining;
  }

  snapshot(): TargetSnapshot {
    const { id, weight, inFlight, picks, failures, ejections, latencyMs } = this;
    const state = this.#stateName();
    const connections = this.connections?.();
    return { id, state, weight, inFlight, picks, failures, ejections, latencyMs, connections };
  }

  #stateName(): TargetSnapshot['state'] {
    if (this.isDraining) return 'draining';
    if (!this.isHealthy) return 'unhealthy';
    return this.isEjected ? 'ejected' : 'ready';
  }
}
