import { hash } from 'node:crypto';
import type { SecureContext, Server } from 'node:tls';
import { watchInputs } from '../../clients/watch-inputs.ts';
import type { Log } from '../../context.ts';
import { type Problem, StartupError } from '../../errors.ts';
import {
  contextFor,
  readTlsFiles,
  type TlsContexts,
  type TlsFiles,
  TlsUnusable,
  tlsContexts,
  tlsFiles,
} from './contexts.ts';
import type { TlsOptions } from './options.ts';

export interface TlsIdentitySetup {
  readonly options: TlsOptions;
  /** Where it stands in the configuration, such as `server.listen[0].tls`. */
  readonly path: string;
  readonly log: Log;
}

/**
 * What an address shows of itself. A change of its files holds for later connections; what is
 * broken is refused with a line in the log, and what was shown before holds.
 */
export class TlsIdentity implements AsyncDisposable {
  readonly #setup: TlsIdentitySetup;
  readonly #life = new AbortController();
  #server: Server | undefined;
  #contexts: TlsContexts | undefined;
  #fingerprint = '';
  #watching: Promise<void> = Promise.resolve();

  constructor(setup: TlsIdentitySetup) {
    this.#setup = setup;
  }

  /** Reads the files for `server`; throws a `StartupError` for what cannot be used. */
  async open(server: Server): Promise<void> {
    this.#server = server;
    try {
      this.#take(await readTlsFiles(this.#setup.options));
    } catch (cause) {
      throw new StartupError('configuration', [this.#problem(cause)], { cause });
    }
    this.#watching = this.#watch();
  }

  /** Reads them again, for those who do not want to wait until a change is seen. */
  async renew(): Promise<void> {
    const { options, log, path } = this.#setup;
    if (this.#server === undefined) return;
    try {
      const files = await readTlsFiles(options);
      if (fingerprintOf(files) === this.#fingerprint) return;
      this.#take(files);
      log.info({ path }, 'Certificates were read again');
    } catch (err) {
      log.error({ path, ...this.#problem(err) }, 'Certificates are refused: the former ones serve');
    }
  }

  /** The context for the name that a client asks for; undefined for that of the address. */
  contextFor(name: string): SecureContext | undefined {
    return this.#contexts && contextFor(this.#contexts, name);
  }

  #take(files: TlsFiles): void {
    const { options, path, log } = this.#setup;
    this.#fingerprint = fingerprintOf(files);
    const contexts = tlsContexts(options, files);
    this.#server?.setSecureContext(contexts.default);
    this.#contexts = contexts;
    const ends = new Date(contexts.endsMs).toISOString();
    if (contexts.endsMs <= Date.now()) log.warn({ path, ends }, 'A certificate has expired');
  }

  async #watch(): Promise<void> {
    const { options, log, path } = this.#setup;
    const { signal } = this.#life;
    const files = tlsFiles(options);
    const look = async () => {
      const texts = await readTlsFiles(options).catch(() => undefined);
      // A file that is away for a moment is no change.
      return { files, fingerprint: texts ? fingerprintOf(texts) : this.#fingerprint };
    };
    try {
      for await (const _ of watchInputs({ look, known: () => this.#fingerprint }, signal)) {
        await this.renew();
      }
    } catch (err) {
      if (!signal.aborted) log.error({ path, err }, 'Certificates are not followed any longer');
    }
  }

  #problem(cause: unknown): Problem {
    const { path } = this.#setup;
    const known = cause instanceof TlsUnusable ? cause : undefined;
    const { message = 'it cannot be used', file } = known ?? {};
    return { code: 'TLS_UNUSABLE', message: `${path}: ${message}`, ...(file && { file }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#life.abort();
    await this.#watching;
  }
}

function fingerprintOf(files: TlsFiles): string {
  return hash('sha256', JSON.stringify([...files]));
}
