import { readFile } from 'node:fs/promises';
import { watchInputs } from '../clients/watch-inputs.ts';
import { StartupError } from '../errors.ts';
import type { SchemeSetup } from './scheme.ts';

/** Reads a file's text, or throws an `Error` that says what is wrong with it. */
export type Parse<Content> = (text: string) => Content;

/**
 * What a file says. A change is taken at once; what is broken is refused with a line in the log,
 * and what the file said before holds.
 */
export class WatchedFile<Content> implements AsyncDisposable {
  readonly #file: string;
  readonly #parse: Parse<Content>;
  readonly #setup: SchemeSetup;
  readonly #life = new AbortController();
  readonly #watching: Promise<void>;
  #text: string;
  #content: Content;

  private constructor(file: string, parse: Parse<Content>, setup: SchemeSetup, text: string) {
    this.#file = file;
    this.#parse = parse;
    this.#setup = setup;
    this.#text = text;
    this.#content = parse(text);
    this.#watching = this.#watch();
  }

  /** Throws a `StartupError` for a file that cannot be used. */
  static async open<Content>(
    file: string,
    parse: Parse<Content>,
    setup: SchemeSetup,
  ): Promise<WatchedFile<Content>> {
    try {
      return new WatchedFile(file, parse, setup, await readFile(file, 'utf8'));
    } catch (cause) {
      if (cause instanceof StartupError) throw cause;
      const message = `auth.${setup.name}: ${messageOf(cause)}`;
      const problem = { code: 'CREDENTIALS_UNUSABLE', message, file };
      throw new StartupError('configuration', [problem], { cause });
    }
  }

  get content(): Content {
    return this.#content;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#life;
    const { name, log } = this.#setup;
    const look = async () => ({ files: [this.#file], fingerprint: await this.#read() });
    try {
      for await (const _ of watchInputs({ look, known: () => this.#text }, signal)) {
        this.#take(await this.#read());
      }
    } catch (err) {
      if (!signal.aborted) log.error({ scheme: name, err }, 'A file is not followed any longer');
    }
  }

  /** A file that cannot be read is one without content: it is refused as such. */
  #read(): Promise<string> {
    return readFile(this.#file, 'utf8').catch(() => '');
  }

  #take(text: string): void {
    const { name, log } = this.#setup;
    this.#text = text;
    try {
      this.#content = this.#parse(text);
      log.info({ scheme: name, file: this.#file }, 'A file of credentials was read again');
    } catch (err) {
      log.error({ scheme: name, file: this.#file, err }, 'A file of credentials is refused');
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#life.abort();
    await this.#watching;
  }
}

function messageOf(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null) return 'the file cannot be used';
  if ('code' in cause && cause.code === 'ENOENT') return 'there is no such file';
  return 'message' in cause ? String(cause.message) : 'the file cannot be used';
}
