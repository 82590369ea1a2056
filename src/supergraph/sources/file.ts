import { type Inputs, watchInputs } from '../../clients/watch-inputs.ts';
import { type Problem, StartupError } from '../../errors.ts';
import type { LastGood } from './last-good.ts';
import { readText } from './read-text.ts';
import type { LoadedSupergraph, SupergraphSource } from './source.ts';

export interface FileOptions {
  readonly file: string;
  /** Where what served last is kept; without it, nothing is. */
  readonly lastGood?: LastGood | undefined;
}

/**
 * A supergraph that was composed before, by `gatehouse compose` or another tool. What is in the
 * file is looked at where it is opened: to parse a large one takes too long beside requests.
 */
export class FileSource implements SupergraphSource {
  readonly #file: string;
  readonly #lastGood: LastGood | undefined;
  #known: string | undefined;

  constructor({ file, lastGood }: FileOptions) {
    this.#file = file;
    this.#lastGood = lastGood;
  }

  async load(signal: AbortSignal): Promise<LoadedSupergraph> {
    const read = await this.#read(signal);
    this.#known = fingerprintOf(read);
    if (read instanceof StartupError) throw read;
    return { sdl: read, roles: new Map(), subgraphs: [], warnings: [] };
  }

  changes(signal: AbortSignal): AsyncIterable<void> {
    const look = async (looking: AbortSignal): Promise<Inputs> => {
      const fingerprint = fingerprintOf(await this.#read(looking));
      return { files: [this.#file], fingerprint };
    };
    return watchInputs({ look, known: () => this.#known }, signal);
  }

  async keep(loaded: LoadedSupergraph): Promise<readonly Problem[]> {
    return this.#lastGood?.keep(loaded) ?? [];
  }

  async lastGood(signal: AbortSignal): Promise<LoadedSupergraph | undefined> {
    return this.#lastGood?.supergraph(signal);
  }

  /** The text, or why there is none. */
  async #read(signal: AbortSignal): Promise<string | StartupError> {
    try {
      return await readText(this.#file, signal);
    } catch (thrown) {
      if (thrown instanceof StartupError) return thrown;
      throw thrown;
    }
  }
}

function fingerprintOf(read: string | StartupError): string {
  return read instanceof StartupError ? `!${read.message}` : read;
}
