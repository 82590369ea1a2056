import assert from 'node:assert/strict';
import { MemoryStores } from '../../auth/sessions/memory-stores.ts';
import type { GatewayConfig } from '../../config/schema.ts';
import type { DataPlane, DataPlaneSetup } from '../../data-plane.ts';
import type { WorkerCount } from '../../edge/admin.ts';
import { toAbortSignal } from '../../lib/cancellation.ts';
import { Deadline } from '../../lib/deadline.ts';
import type { Logger } from '../../observability/log.ts';
import { WorkerMetrics } from '../../observability/worker-metrics.ts';
import {
  isLasting,
  type Steering,
  steeringKey,
  type UpstreamReport,
} from '../../resilience/steering.ts';
import { askEach } from './ask-each.ts';
import { WorkerPool } from './worker-pool.ts';
import { WorkerLost, type WorkerProcess } from './worker-process.ts';

/** How long workers may take to tell their metrics, in milliseconds; their last ones count then. */
const metricsTimeoutMs = 2_000;
/** What workers get beyond the drain time before they are killed, in milliseconds. */
const stopMarginMs = 5_000;

/** What a worker serves. */
interface Served {
  readonly sdl: string;
  readonly config: GatewayConfig;
}

/** A supergraph that these workers have made ready. */
interface Staged extends AsyncDisposable {
  readonly sdl: string;
  readonly workers: ReadonlySet<WorkerProcess>;
}

/**
 * Answers requests in several processes that share the addresses. This process alone reads the
 * sources, and hands out what it has read: all workers serve the same, also one that comes later
 * in the place of another, whatever the files say by then. Sessions in memory are here, too, so that
 * they are those of all workers, and outlive each of them. A supergraph is served once every
 * worker has made it ready, and refused where one of them refuses it.
 */
export class Workers implements DataPlane<Staged> {
  readonly #wanted: number;
  readonly #log: Logger;
  readonly #metrics: WorkerMetrics;
  readonly #pool: WorkerPool;
  readonly #life = new AbortController();
  readonly #serving = new Map<WorkerProcess, Served>();
  /** Those that are being brought to what is to be served. */
  readonly #catchingUp = new Set<WorkerProcess>();
  /** What an operator wants of upstreams, and workers that come later do not know. */
  readonly #steered = new Map<string, Steering>();
  #current: Served | undefined;
  #isListening = false;
  #ports: readonly number[] = [];
  #keepsPorts = false;

  /** They are started with the first supergraph. */
  constructor({ log, metrics }: DataPlaneSetup, wanted: number) {
    this.#wanted = wanted;
    this.#log = log;
    this.#metrics = new WorkerMetrics(metrics);
    const sessions = new MemoryStores(Date.now);
    this.#pool = new WorkerPool({
      wanted,
      log,
      metrics: this.#metrics,
      calls: { sessions: (question) => sessions.answer(question) },
      started: (worker) => this.#started(worker),
      lost: (worker) => this.#lost(worker),
    });
  }

  get workers(): WorkerCount {
    return { wanted: this.#wanted, ready: this.#pool.ready.length };
  }

  async build(sdl: string, config: GatewayConfig, signal: AbortSignal): Promise<Staged> {
    if (this.#current === undefined) this.#pool.fill();
    const asked = this.#settled;
    const given = this.#given({ sdl, config });
    try {
      const built = await askEach(asked, (worker) => worker.ask('build', given, signal));
      const workers = new Set(built.keys());
      return { sdl, workers, [Symbol.asyncDispose]: () => this.#discard([...workers]) };
    } catch (failure) {
      await this.#discard(asked);
      throw failure;
    }
  }

  async serve(config: GatewayConfig, next: Staged | undefined): Promise<void> {
    const sdl = next?.sdl ?? this.#current?.sdl;
    assert(sdl !== undefined, 'There is a supergraph before anything is served');
    this.#log.level = config.observability.log.level;
    const current = { sdl, config };
    this.#current = current;
    const prepared = next?.workers ?? this.#serving;
    const told = this.#settled.map((worker) => {
      if (!prepared.has(worker)) return this.#catchUp(worker);
      return this.#tell(worker, current, next !== undefined).catch((failure: unknown) => {
        this.#giveUp(worker, failure);
      });
    });
    await Promise.all(told);
  }

  async listen(): Promise<readonly number[]> {
    this.#isListening = true;
    const opened = await askEach(this.#settled, (worker) => this.#open(worker));
    const [ports = []] = opened.values();
    this.#ports = ports;
    return ports;
  }

  async metrics(): Promise<string> {
    using limit = new Deadline(new AbortController().signal, metricsTimeoutMs);
    const asked = this.#pool.ready.map(async (worker) => {
      worker.snapshot = await worker.ask('metrics', undefined, toAbortSignal(limit.signal));
    });
    await Promise.allSettled(asked);
    return this.#metrics.text(this.#pool.all.map(({ snapshot }) => snapshot));
  }

  async upstreams(): Promise<readonly UpstreamReport[]> {
    using limit = new Deadline(new AbortController().signal, metricsTimeoutMs);
    const asked = this.#pool.ready.map(async (worker) => {
      const reports = await worker.ask('upstreams', undefined, toAbortSignal(limit.signal));
      return reports.map((report) => ({ ...report, worker: worker.id }));
    });
    const told = await Promise.allSettled(asked);
    return told.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
  }

  /** Those that come later are told as well, as long as it lasts. */
  async steer(steering: Steering): Promise<boolean> {
    const ask = (worker: WorkerProcess) => worker.ask('steer', steering, this.#life.signal);
    const answers = await askEach(this.#settled, ask);
    const isKnown = [...answers.values()].some((answer) => answer);
    if (!isKnown) return false;
    if (isLasting(steering)) this.#steered.set(steeringKey(steering), steering);
    else this.#steered.delete(steeringKey(steering));
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#life.abort(new Error('The gateway is shutting down'));
    const drainMs = this.#current?.config.server.shutdown.drain ?? 0;
    await this.#pool.stop(drainMs + stopMarginMs);
  }

  get #settled(): readonly WorkerProcess[] {
    return this.#pool.all.filter((worker) => !this.#catchingUp.has(worker));
  }

  #started(worker: WorkerProcess): void {
    if (this.#current !== undefined) void this.#catchUp(worker);
  }

  #lost(worker: WorkerProcess): void {
    this.#serving.delete(worker);
    this.#metrics.keep(worker.snapshot);
    this.#metrics.ready(this.#pool.ready.length);
    // Clients know the port that was taken: once nobody holds it, it is asked for by its number.
    if (this.#ports.length > 0 && this.#pool.ready.length === 0) this.#keepsPorts = true;
  }

  async #discard(workers: readonly WorkerProcess[]): Promise<void> {
    const { signal } = this.#life;
    await Promise.allSettled(workers.map((worker) => worker.ask('discard', undefined, signal)));
  }

  /** Brings a worker to what is served by the time it is there. It never fails. */
  async #catchUp(worker: WorkerProcess): Promise<void> {
    this.#catchingUp.add(worker);
    try {
      for (;;) {
        const current = this.#current;
        if (current === undefined || this.#serving.get(worker) === current) return;
        await worker.ask('build', this.#given(current), this.#life.signal);
        await this.#tell(worker, current, true);
        await this.#steer(worker);
        if (this.#isListening && !worker.isReady) await this.#open(worker);
      }
    } catch (failure) {
      this.#giveUp(worker, failure);
    } finally {
      this.#catchingUp.delete(worker);
    }
  }

  async #tell(worker: WorkerProcess, current: Served, built: boolean): Promise<void> {
    this.#serving.set(worker, current);
    const { config } = this.#given(current);
    await worker.ask('serve', { config, built }, this.#life.signal);
  }

  async #steer(worker: WorkerProcess): Promise<void> {
    const { signal } = this.#life;
    for (const wish of this.#steered.values()) await worker.ask('steer', wish, signal);
  }

  async #open(worker: WorkerProcess): Promise<readonly number[]> {
    const ports = await worker.ask('listen', undefined, this.#life.signal);
    worker.isReady = true;
    this.#metrics.ready(this.#pool.ready.length);
    this.#log.info({ worker: worker.id, pid: worker.pid }, 'A worker is ready');
    return ports;
  }

  /** What others can do and this one cannot is due to its own state: a new one has none. */
  #giveUp(worker: WorkerProcess, err: unknown): void {
    if (err instanceof WorkerLost || this.#life.signal.aborted) return;
    this.#log.error({ worker: worker.id, pid: worker.pid, err }, 'A worker cannot serve');
    worker.kill();
  }

  #given({ sdl, config }: Served): Served {
    if (!this.#keepsPorts) return { sdl, config };
    const listen = config.server.listen.map((address, index) => {
      return { ...address, port: this.#ports[index] ?? address.port };
    });
    return { sdl, config: { ...config, server: { ...config.server, listen } } };
  }
}
