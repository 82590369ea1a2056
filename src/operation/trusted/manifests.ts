import { watchInputs } from '../../clients/watch-inputs.ts';
import type { Log } from '../../context.ts';
import { StartupError } from '../../errors.ts';
import { Bell } from '../../lib/bell.ts';
import type { ReloadMetrics } from '../../observability/reload-metrics.ts';
import { listOf, type ManifestTexts, readManifests } from './read-manifests.ts';
import type { TrustedList } from './trusted-list.ts';

/** Where it is told what became of files that changed. */
export interface ManifestReports {
  readonly log: Log;
  readonly metrics: ReloadMetrics;
}

/**
 * Manifest files, which are followed: when one changes, the list of all is made anew and swapped
 * whole. What is broken is refused, with its reasons in the log, and the last good list stays.
 */
export class Manifests implements AsyncDisposable {
  readonly #files: readonly string[];
  readonly #reports: ManifestReports;
  readonly #life = new AbortController();
  readonly #watching: Promise<void>;
  readonly #bells = new Set<Bell>();
  #fingerprint: string;
  #list: TrustedList;

  private constructor(
    files: readonly string[],
    reports: ManifestReports,
    { fingerprint }: ManifestTexts,
    list: TrustedList,
  ) {
    this.#files = files;
    this.#reports = reports;
    this.#fingerprint = fingerprint;
    this.#list = list;
    this.#watching = this.#watch();
  }

  /** Throws a `StartupError` for files that cannot be used. */
  static async open(files: readonly string[], reports: ManifestReports): Promise<Manifests> {
    const texts = await readManifests(files);
    return new Manifests(files, reports, texts, await listOf(texts));
  }

  get list(): TrustedList {
    return this.#list;
  }

  /** The list as it is, then each one that takes its place; ends when `signal` aborts. */
  async *lists(signal: AbortSignal): AsyncGenerator<TrustedList, void> {
    const bell = new Bell();
    this.#bells.add(bell);
    bell.ring();
    try {
      while (await bell.wait(signal)) yield this.#list;
    } finally {
      this.#bells.delete(bell);
    }
  }

  async #watch(): Promise<void> {
    const { signal } = this.#life;
    const files = this.#files;
    const look = async () => {
      return { files, fingerprint: (await readManifests(files)).fingerprint };
    };
    try {
      for await (const _ of watchInputs({ look, known: () => this.#fingerprint }, signal)) {
        await this.#take(await readManifests(files));
      }
    } catch (err) {
      if (signal.aborted) return;
      this.#reports.log.error({ files, err }, 'Manifests are not followed any longer');
    }
  }

  async #take(texts: ManifestTexts): Promise<void> {
    const { log, metrics } = this.#reports;
    this.#fingerprint = texts.fingerprint;
    try {
      this.#list = await listOf(texts);
      metrics.reload('trustedDocuments', 'swapped');
      log.info({ documents: this.#list.size }, 'The trusted documents were read again');
      for (const bell of this.#bells) bell.ring();
    } catch (thrown) {
      if (!(thrown instanceof StartupError)) throw thrown;
      metrics.reload('trustedDocuments', 'refused');
      for (const { message: reason, ...problem } of thrown.problems) {
        log.error({ ...problem, reason }, 'The trusted documents were refused: the last good stay');
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#life.abort();
    await this.#watching;
  }
}
