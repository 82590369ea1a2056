import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { watchInputs } from './watch-inputs.ts';

/** What is trusted of a server, and what is shown to it. */
export interface TlsMaterial {
  /** PEM; instead of the authorities that Node trusts. */
  readonly ca?: string;
  /** PEM, with `key`. */
  readonly cert?: string;
  readonly key?: string;
  /** The name that its certificate must have, and that is asked for; else that of the URL. */
  readonly servername?: string;
  readonly minVersion?: 'TLSv1.2' | 'TLSv1.3';
}

/** Where it is written; paths are absolute. */
export interface TlsSource {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  readonly serverName?: string | undefined;
  readonly minVersion?: '1.2' | '1.3' | undefined;
}

/** Is told of files that changed: `refused` says why the ones before still hold. */
export type TlsReport = (refused: unknown) => void;

/** Certificates and keys from files. A change is taken for the connections that follow. */
export class TlsFiles implements AsyncDisposable {
  readonly #source: TlsSource;
  readonly #report: TlsReport;
  readonly #life = new AbortController();
  #watching: Promise<void> | undefined;
  #texts: Texts;
  #current: TlsMaterial;

  private constructor(source: TlsSource, report: TlsReport, texts: Texts) {
    this.#source = source;
    this.#report = report;
    this.#texts = texts;
    this.#current = materialOf(source, texts);
  }

  /** Throws what is wrong with a file. */
  static async open(source: TlsSource, report: TlsReport): Promise<TlsFiles> {
    const files = new TlsFiles(source, report, await read(source));
    files.#watching = files.#watch();
    return files;
  }

  get current(): TlsMaterial {
    return this.#current;
  }

  async #watch(): Promise<void> {
    const { ca, cert, key } = this.#source;
    const files = [ca, cert, key].filter((file) => file !== undefined);
    const look = async () => ({ files, fingerprint: await this.#look() });
    const known = () => JSON.stringify(this.#texts);
    for await (const _ of watchInputs({ look, known }, this.#life.signal)) await this.#take();
  }

  /** Files that cannot be read now will be, or are refused once they can. */
  async #look(): Promise<string> {
    const texts = await read(this.#source).catch(() => this.#texts);
    return JSON.stringify(texts);
  }

  async #take(): Promise<void> {
    try {
      this.#texts = await read(this.#source);
      this.#current = materialOf(this.#source, this.#texts);
      this.#report(undefined);
    } catch (refused) {
      this.#report(refused);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#life.abort();
    await this.#watching;
  }
}

interface Texts {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

async function read({ ca, cert, key }: TlsSource): Promise<Texts> {
  return {
    ...(ca !== undefined && { ca: await readFile(ca, 'utf8') }),
    ...(cert !== undefined && { cert: await readFile(cert, 'utf8') }),
    ...(key !== undefined && { key: await readFile(key, 'utf8') }),
  };
}

/** Throws for what is no certificate or key, or for a key of another certificate. */
function materialOf({ serverName, minVersion }: TlsSource, texts: Texts): TlsMaterial {
  // Without this, what is no certificate would be trusted as none at all.
  if (texts.ca !== undefined) new X509Certificate(texts.ca);
  createSecureContext(texts);
  return {
    ...texts,
    ...(serverName !== undefined && { servername: serverName }),
    ...(minVersion !== undefined && { minVersion: minVersion === '1.3' ? 'TLSv1.3' : 'TLSv1.2' }),
  };
}
