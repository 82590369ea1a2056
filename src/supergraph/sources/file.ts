import { type DocumentNode, GraphQLError, Kind, parse, visit } from 'graphql';
import { type Inputs, watchInputs } from '../../clients/watch-inputs.ts';
import { type Problem, StartupError } from '../../errors.ts';
import type { LastGood } from './last-good.ts';
import { readText } from './read-text.ts';
import type { LoadedSupergraph, SupergraphSource } from './source.ts';

/** The specification that every composed supergraph links, in all of its versions. */
const joinSpecification = 'https://specs.apollo.dev/join/';

/** Directives that only a subgraph's own schema uses. */
const subgraphDirectives = new Set(['key', 'shareable', 'external', 'requires', 'provides']);

export interface FileOptions {
  readonly file: string;
  /** Where what served last is kept; without it, nothing is. */
  readonly lastGood?: LastGood | undefined;
}

/** A supergraph that was composed before, by `gatehouse compose` or another tool. */
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
    const problem = checkSupergraph(read);
    if (problem) throw new StartupError('supergraph', [{ ...problem, file: this.#file }]);
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

function checkSupergraph(sdl: string): Problem | undefined {
  if (sdl.trim() === '') return notSupergraph('The file is empty');
  if (/^subgraphs\s*:/m.test(sdl)) {
    const advice = 'name it under `compose`, or compose it with `gatehouse compose`';
    return notSupergraph(`This looks like a list of subgraphs (supergraph.yaml): ${advice}`);
  }
  const parsed = parseSdl(sdl);
  return 'code' in parsed ? parsed : checkLinks(parsed);
}

function parseSdl(sdl: string): DocumentNode | Problem {
  try {
    return parse(sdl);
  } catch (thrown) {
    const syntax = thrown instanceof GraphQLError ? thrown : undefined;
    const message = syntax?.message ?? 'The SDL is nested too deeply';
    return { code: 'INVALID_GRAPHQL', message, ...syntax?.locations?.[0] };
  }
}

function checkLinks(document: DocumentNode): Problem | undefined {
  const urls = new Set<string>();
  const directives = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given = [] }) {
      directives.add(name.value);
      for (const { value } of given) if (value.kind === Kind.STRING) urls.add(value.value);
    },
  });
  if ([...urls].some((url) => url.startsWith(joinSpecification))) return undefined;
  if ([...directives].some((name) => subgraphDirectives.has(name.replace(/^federation__/, '')))) {
    return notSupergraph('This looks like a subgraph schema: compose it with `gatehouse compose`');
  }
  return notSupergraph(`The schema does not @link ${joinSpecification}, as composition does`);
}

function notSupergraph(message: string): Problem {
  return { code: 'NOT_A_SUPERGRAPH', message };
}
