import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ConfigurationSource } from './config/configuration-file.ts';
import { applicable } from './config/restart.ts';
import type { GatewayConfig } from './config/schema.ts';
import type { DataPlane } from './data-plane.ts';
import { type Problem, StartupError } from './errors.ts';
import { OneAtATime } from './lib/one-at-a-time.ts';
import type { Logger } from './observability/log.ts';
import type { ReloadKind, ReloadOutcome } from './observability/reload-metrics.ts';
import type { ReloadReports } from './observability/reload-reports.ts';
import type { OpenSource } from './supergraph-sources.ts';

/** What became of a reload. */
export interface ReloadReport {
  /** `refused` when a part of it was; else `swapped` when requests get something new. */
  readonly outcome: ReloadOutcome;
  /** Why something was refused. What served before goes on. */
  readonly problems: readonly Problem[];
  /** Settings that are not as they are in the configuration until a restart, by path. */
  readonly needsRestart: readonly string[];
}

/** What the gateway serves, and where that came from. */
export interface Running {
  readonly config: GatewayConfig;
  readonly sdl: string;
  readonly opened: OpenSource;
}

export interface ReloadSetup<Built extends AsyncDisposable> {
  readonly running: Running;
  readonly configuration: ConfigurationSource | undefined;
  readonly open: (config: GatewayConfig) => OpenSource;
  readonly plane: Pick<DataPlane<Built>, 'build' | 'serve'>;
  readonly reports: ReloadReports;
  readonly log: Logger;
}

/** What is to be read again. */
interface Wish {
  /** A configuration that was given, or `read` for the one of the source. */
  configuration?: GatewayConfig | 'read';
  supergraph?: true;
}

/** What a reload that was not refused came to. */
interface Taken {
  readonly outcome: Exclude<ReloadOutcome, 'refused'>;
  readonly needsRestart?: readonly string[];
}

/**
 * Reads the supergraph and the configuration again, when told to and when they change. One reload
 * runs at a time; what is wished for meanwhile becomes the next one, which reads what is newest.
 */
export class Reloads<Built extends AsyncDisposable> implements AsyncDisposable {
  readonly #setup: ReloadSetup<Built>;
  readonly #life = new AbortController();
  readonly #reloading = new OneAtATime(() => this.#reload());
  readonly #watches = new Set<Promise<void>>();
  #running: Running;
  #watching = new AbortController();
  #wish: Wish = {};

  constructor(setup: ReloadSetup<Built>) {
    this.#setup = setup;
    this.#running = setup.running;
    this.#watchSupergraph();
    const changes = setup.configuration?.changes?.(this.#life.signal);
    if (changes) this.#watch(changes, { configuration: 'read' }, this.#life.signal);
  }

  /** Reads the supergraph again; before it the configuration, unless one is given to be used. */
  run(config?: GatewayConfig): Promise<ReloadReport> {
    const read = this.#setup.configuration && ('read' as const);
    const configuration = config ?? read;
    return this.#ask({ supergraph: true, ...(configuration && { configuration }) });
  }

  #ask(wish: Wish): Promise<ReloadReport> {
    Object.assign(this.#wish, wish);
    return this.#reloading.run();
  }

  async #reload(): Promise<ReloadReport> {
    const { configuration, supergraph } = this.#wish;
    this.#wish = {};
    const reports: ReloadReport[] = [];
    if (configuration !== undefined) {
      reports.push(
        await this.#attempt('configuration', () => this.#takeConfiguration(configuration)),
      );
    }
    if (supergraph) reports.push(await this.#attempt('supergraph', () => this.#takeSupergraph()));
    return merged(reports);
  }

  async #attempt(kind: ReloadKind, take: () => Promise<Taken>): Promise<ReloadReport> {
    const { reports } = this.#setup;
    const startedMs = performance.now();
    this.#life.signal.throwIfAborted();
    try {
      const { outcome, needsRestart = [] } = await take();
      reports.accepted(kind, outcome, performance.now() - startedMs);
      return { outcome, problems: [], needsRestart };
    } catch (thrown) {
      this.#life.signal.throwIfAborted();
      const problems = this.#problemsOf(thrown);
      reports.refused(kind, problems);
      return { outcome: 'refused', problems, needsRestart: [] };
    }
  }

  #problemsOf(thrown: unknown): readonly Problem[] {
    if (thrown instanceof StartupError) return thrown.problems;
    this.#setup.log.error({ err: thrown }, 'A reload failed');
    return [{ code: 'INTERNAL_SERVER_ERROR', message: 'It failed inside; the log says how' }];
  }

  async #takeSupergraph(): Promise<Taken> {
    const { config, opened, sdl } = this.#running;
    const loaded = await opened.source.load(this.#life.signal);
    this.#setup.reports.warn(loaded.warnings);
    const isNew = loaded.sdl !== sdl;
    if (isNew) await this.#swap({ config, opened, sdl: loaded.sdl });
    this.#setup.reports.warn(await opened.source.keep(loaded));
    return { outcome: isNew ? 'swapped' : 'unchanged' };
  }

  async #takeConfiguration(wish: GatewayConfig | 'read'): Promise<Taken> {
    const { configuration, reports } = this.#setup;
    const wanted = wish === 'read' ? await configuration?.load(this.#life.signal) : wish;
    if (wanted === undefined) return { outcome: 'unchanged' };
    const running = this.#running;
    const { config, needsRestart } = applicable(wanted, running.config);
    const isNew = !isDeepStrictEqual(config, running.config);
    if (isNew && hasSourceOf(config, running.config)) await this.#swap({ ...running, config });
    else if (isNew) await this.#swapSource(config);
    reports.needRestart(needsRestart);
    return { outcome: isNew ? 'swapped' : 'unchanged', needsRestart };
  }

  /** The configuration names another source: its supergraph has to be good as well. */
  async #swapSource(config: GatewayConfig): Promise<void> {
    const opened = this.#setup.open(config);
    try {
      const loaded = await opened.source.load(this.#life.signal);
      this.#setup.reports.warn(loaded.warnings);
      await this.#swap({ config, opened, sdl: loaded.sdl });
      this.#setup.reports.warn(await opened.source.keep(loaded));
    } catch (failure) {
      await opened[Symbol.asyncDispose]();
      throw failure;
    }
    this.#watching.abort();
    this.#watchSupergraph();
  }

  /** Serves what is to be had from `next`; where its supergraph cannot be built, nothing happens. */
  async #swap(next: Running): Promise<void> {
    const { plane, reports } = this.#setup;
    const { signal } = this.#life;
    const { config, sdl } = this.#running;
    const [wanted, running] = [builtFrom(next.config), builtFrom(config)];
    const needsBuild = next.sdl !== sdl || !isDeepStrictEqual(wanted, running);
    const built = needsBuild ? await plane.build(next.sdl, next.config, signal) : undefined;
    if (signal.aborted) await built?.[Symbol.asyncDispose]();
    signal.throwIfAborted();
    await plane.serve(next.config, built);
    this.#running = next;
    if (built !== undefined) reports.serves(hashOf(next.sdl));
  }

  /** Follows the source that serves, and closes it when another takes its place. */
  #watchSupergraph(): void {
    const { opened } = this.#running;
    const watching = new AbortController();
    this.#watching = watching;
    const changes = opened.watch ? opened.source.changes(watching.signal) : nothing();
    const { signal } = watching;
    this.#watch(changes, { supergraph: true }, signal, () => opened[Symbol.asyncDispose]());
  }

  #watch(
    changes: AsyncIterable<void>,
    wish: Wish,
    signal: AbortSignal,
    close?: () => PromiseLike<void>,
  ): void {
    const follow = async (): Promise<void> => {
      try {
        for await (const _ of changes) await this.#ask(wish);
        if (!signal.aborted) await aborted(signal);
      } catch (failure) {
        if (signal.aborted || this.#life.signal.aborted) return;
        this.#setup.log.error({ err: failure, ...wish }, 'Changes are not followed any longer');
        await aborted(signal);
      } finally {
        await close?.();
      }
    };
    const watch = follow();
    this.#watches.add(watch);
    void watch.finally(() => this.#watches.delete(watch));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#life.abort(new Error('The gateway is shutting down'));
    this.#watching.abort();
    await this.#reloading.idle();
    await Promise.all(this.#watches);
  }
}

/** The hash by which operators know a supergraph. */
export function hashOf(sdl: string): string {
  return createHash('sha256').update(sdl).digest('hex');
}

/** The parts of a configuration that a generation is made from. */
function builtFrom({ auth, redis, graphql, observability }: GatewayConfig): object {
  return { auth, redis, graphql, subject: observability.log.subject };
}

function hasSourceOf(config: GatewayConfig, other: GatewayConfig): boolean {
  return isDeepStrictEqual(config.graphql.supergraph, other.graphql.supergraph);
}

function merged(reports: readonly ReloadReport[]): ReloadReport {
  const outcomes = new Set(reports.map(({ outcome }) => outcome));
  const order = ['refused', 'swapped', 'unchanged'] as const;
  return {
    outcome: order.find((outcome) => outcomes.has(outcome)) ?? 'unchanged',
    problems: reports.flatMap(({ problems }) => problems),
    needsRestart: reports.flatMap(({ needsRestart }) => needsRestart),
  };
}

async function* nothing(): AsyncGenerator<void, void> {}

function aborted(signal: AbortSignal): Promise<unknown> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  if (signal.aborted) resolve();
  return promise;
}
