import { type ManifestReports, Manifests } from './manifests.ts';

/** Manifests that are in use. Disposing it lets go of them; with the last user, they are closed. */
export interface HeldManifests extends AsyncDisposable {
  readonly manifests: Manifests;
}

interface Shared {
  readonly opened: Promise<Manifests>;
  users: number;
}

/**
 * The manifests of all generations. Files that stay the same from one supergraph or configuration
 * to the next stay open with their last good list: one that is broken meanwhile stops no reload.
 */
export class ManifestPool {
  readonly #reports: ManifestReports;
  readonly #open = new Map<string, Shared>();

  constructor(reports: ManifestReports) {
    this.#reports = reports;
  }

  /** Throws a `StartupError` for files that cannot be used. */
  async open(files: readonly string[]): Promise<HeldManifests> {
    const key = JSON.stringify(files);
    const shared = this.#open.get(key) ?? { opened: this.#begin(files), users: 0 };
    this.#open.set(key, shared);
    shared.users += 1;
    const release = () => this.#release(key, shared);
    try {
      return { manifests: await shared.opened, [Symbol.asyncDispose]: release };
    } catch (failure) {
      await release();
      throw failure;
    }
  }

  #begin(files: readonly string[]): Promise<Manifests> {
    return Manifests.open(files, this.#reports);
  }

  async #release(key: string, shared: Shared): Promise<void> {
    shared.users -= 1;
    if (shared.users > 0) return;
    this.#open.delete(key);
    const manifests = await shared.opened.catch(() => undefined);
    await manifests?.[Symbol.asyncDispose]();
  }
}
