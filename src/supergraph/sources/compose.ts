import { type Inputs, watchInputs } from '../../clients/watch-inputs.ts';
import { type Problem, StartupError } from '../../errors.ts';
import type { Environment } from '../../yaml/substitute.ts';
import type { Composition } from '../composition.ts';
import type { SubgraphSource } from '../subgraph-source.ts';
import { type Asking, gather, type Unreachable } from './gather.ts';
import { type LastGood, rolesOf } from './last-good.ts';
import { readText } from './read-text.ts';
import type { LoadedSupergraph, SupergraphSource } from './source.ts';
import { readSupergraphYaml, type SubgraphEntry } from './supergraph-yaml.ts';

export interface ComposeOptions extends Asking {
  /** The list of subgraphs, `supergraph.yaml`. */
  readonly file: string;
  readonly lastGood: LastGood;
  /** How often subgraphs are asked for their SDL while changes are watched for, in milliseconds. */
  readonly pollMs: number;
  /** Fills in `${env.NAME}` in the list. */
  readonly environment: Environment;
  readonly compose: (
    subgraphs: readonly SubgraphSource[],
    signal: AbortSignal,
  ) => Promise<Composition>;
}

/**
 * Composes the supergraph from a list of subgraphs. One that cannot be reached is taken as it was
 * when all served last.
 */
export class ComposeSource implements SupergraphSource {
  readonly #options: ComposeOptions;
  #known: string | undefined;

  constructor(options: ComposeOptions) {
    this.#options = options;
  }

  async load(signal: AbortSignal): Promise<LoadedSupergraph> {
    const gathered = await this.#gather(signal);
    this.#known = fingerprintOf(gathered);
    if (gathered.failure !== undefined) throw gathered.failure;
    const { subgraphs, warnings } = gathered;
    const composition = await this.#options.compose(subgraphs, signal);
    if ('problems' in composition) {
      throw new StartupError('supergraph', [...composition.problems, ...warnings]);
    }
    return { sdl: composition.supergraphSdl, roles: rolesOf(subgraphs), subgraphs, warnings };
  }

  changes(signal: AbortSignal): AsyncIterable<void> {
    const look = async (looking: AbortSignal): Promise<Inputs> => {
      const gathered = await this.#gather(looking);
      return { files: gathered.files, fingerprint: fingerprintOf(gathered) };
    };
    return watchInputs({ look, known: () => this.#known, pollMs: this.#options.pollMs }, signal);
  }

  keep(loaded: LoadedSupergraph): Promise<readonly Problem[]> {
    return this.#options.lastGood.keep(loaded);
  }

  lastGood(signal: AbortSignal): Promise<LoadedSupergraph | undefined> {
    return this.#options.lastGood.supergraph(signal);
  }

  async #gather(signal: AbortSignal): Promise<Gathered> {
    const { file, environment, lastGood } = this.#options;
    const files = [file];
    try {
      const entries = readSupergraphYaml(await readText(file, signal), file, environment);
      files.push(...schemaFilesOf(entries));
      const gathered = await gather(entries, this.#options, signal);
      return { files, ...(await standIn(gathered, lastGood, signal)) };
    } catch (failure) {
      if (!(failure instanceof StartupError)) throw failure;
      return { files, subgraphs: [], warnings: [], failure };
    }
  }
}

interface StoodIn {
  readonly subgraphs: readonly SubgraphSource[];
  readonly warnings: readonly Problem[];
}

/** What there is to compose, or why there is nothing; and the files that tell of changes. */
interface Gathered extends StoodIn {
  readonly files: readonly string[];
  readonly failure?: StartupError;
}

/** Says nothing of where an SDL was read: the last good one is the same when it says the same. */
function fingerprintOf({ subgraphs, failure }: Gathered): string {
  if (failure !== undefined) return `!${failure.message}`;
  return JSON.stringify(subgraphs.map(({ name, url, role, sdl }) => [name, url, role, sdl]));
}

function schemaFilesOf(entries: readonly SubgraphEntry[]): readonly string[] {
  return entries.flatMap(({ schema }) => ('file' in schema ? [schema.file] : []));
}

/** Puts last good SDLs in the place of subgraphs that cannot be reached. */
async function standIn(
  gathered: readonly (SubgraphSource | Unreachable)[],
  lastGood: LastGood,
  signal: AbortSignal,
): Promise<StoodIn> {
  const subgraphs: SubgraphSource[] = [];
  const warnings: Problem[] = [];
  const unknown: Problem[] = [];
  for (const one of gathered) {
    if ('sdl' in one) {
      subgraphs.push(one);
      continue;
    }
    const { name, url, role } = one.entry;
    const known = await lastGood.subgraph(name, signal);
    if (!known) {
      unknown.push(one.problem);
      continue;
    }
    const message = `${one.problem.message}; its last good schema is used`;
    warnings.push({ ...one.problem, message });
    subgraphs.push({ name, url, role, ...known });
  }
  if (unknown.length > 0) throw new StartupError('unreachable', unknown);
  return { subgraphs, warnings };
}
