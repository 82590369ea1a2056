import type { Problem } from '../errors.ts';
import type { Logger } from './log.ts';
import type { ReloadKind, ReloadMetrics, ReloadOutcome } from './reload-metrics.ts';

/** What was refused last, and why, unless something good came after it. */
export interface Refusal {
  readonly at: string;
  readonly problems: readonly Problem[];
}

/** What serves now, as health tells it. Times are in ISO 8601. */
export interface ServingState {
  readonly supergraph: {
    /** SHA-256 of the SDL, in hex. */
    readonly hash: string;
    /** 1 for the first of this process; each one that replaces it counts one up. */
    readonly generation: number;
    readonly since: string;
    readonly refused?: Refusal;
  };
  readonly configuration: {
    readonly since: string;
    readonly refused?: Refusal;
    /** Settings that differ in the file, and that only a restart applies. */
    readonly needsRestart?: readonly string[];
  };
}

/** Most problems of one refusal that are told one by one. */
const mostTold = 20;

/** Tells what became of each reload: in the log, in the metrics, and to health. */
export class ReloadReports {
  readonly #log: Logger;
  readonly #metrics: ReloadMetrics;
  readonly #now: () => Date;
  readonly #refusals: Partial<Record<ReloadKind, Refusal>> = {};
  #serving: Omit<ServingState['supergraph'], 'refused'> | undefined;
  #configuredSince = '';
  #needsRestart: readonly string[] = [];

  constructor(log: Logger, metrics: ReloadMetrics, now = () => new Date()) {
    this.#log = log;
    this.#metrics = metrics;
    this.#now = now;
  }

  /** Undefined until the first supergraph serves. */
  get state(): ServingState | undefined {
    if (this.#serving === undefined) return undefined;
    const { supergraph, configuration } = this.#refusals;
    const needsRestart = this.#needsRestart;
    return {
      supergraph: { ...this.#serving, ...(supergraph && { refused: supergraph }) },
      configuration: {
        since: this.#configuredSince,
        ...(configuration && { refused: configuration }),
        ...(needsRestart.length > 0 && { needsRestart }),
      },
    };
  }

  /** The first supergraph and configuration serve. */
  started(hash: string): void {
    this.serves(hash);
    this.#configuredSince = this.#now().toISOString();
    this.#metrics.good('configuration', this.#now());
    if (this.#refusals.supergraph === undefined) this.#metrics.good('supergraph', this.#now());
  }

  /** From now on, requests get another generation. */
  serves(hash: string): void {
    const generation = (this.#serving?.generation ?? 0) + 1;
    this.#serving = { hash, generation, since: this.#now().toISOString() };
    this.#metrics.serving(hash, generation);
  }

  /** What was read is good, whether or not it differs from what served before. */
  accepted(kind: ReloadKind, outcome: Exclude<ReloadOutcome, 'refused'>, tookMs: number): void {
    delete this.#refusals[kind];
    this.#metrics.reload(kind, outcome);
    this.#metrics.good(kind, this.#now());
    if (kind === 'configuration' && outcome === 'swapped') {
      this.#configuredSince = this.#now().toISOString();
    }
    const { hash, generation } = this.#serving ?? {};
    const fields = { kind, hash, generation, tookMs: Math.round(tookMs) };
    this.#log.info(fields, `The ${kind} was read again: ${outcome}`);
  }

  /** What was read is not good: what served before goes on. */
  refused(kind: ReloadKind, problems: readonly Problem[]): void {
    this.#metrics.reload(kind, 'refused');
    this.refusedAtStart(kind, problems);
  }

  /** As `refused`, for what is no reload: what was kept from another start serves instead. */
  refusedAtStart(kind: ReloadKind, problems: readonly Problem[]): void {
    const told = problems.slice(0, mostTold);
    this.#refusals[kind] = { at: this.#now().toISOString(), problems: told };
    for (const { message: reason, ...problem } of told) {
      this.#log.error({ kind, ...problem, reason }, `The ${kind} was refused: the last good stays`);
    }
  }

  /** Settings that differ from those that are in effect and stay so until a restart. */
  needRestart(settings: readonly string[]): void {
    this.#needsRestart = settings;
    if (settings.length === 0) return;
    this.#log.warn({ settings }, 'These settings need a restart: the others are applied');
  }

  warn(warnings: readonly Problem[]): void {
    for (const { message, ...problem } of warnings) this.#log.warn(problem, message);
  }
}
