import { dirname, join } from 'node:path';
import { type Problem, StartupError } from '../../errors.ts';
import type { Environment } from '../../yaml/substitute.ts';
import { compose } from '../compose.ts';
import type { SubgraphSource } from '../subgraph-source.ts';
import { type Asking, gather, type Unreachable } from './gather.ts';
import { LastGood, rolesOf } from './last-good.ts';
import { readText } from './read-text.ts';
import type { LoadedSupergraph, SupergraphSource } from './source.ts';
import { readSupergraphYaml } from './supergraph-yaml.ts';

export interface ComposeOptions extends Asking {
  /** The list of subgraphs, `supergraph.yaml`. */
  readonly file: string;
  /** The folder of what composed last; by default `.gatehouse/last-good` beside the list. */
  readonly lastGood?: string | undefined;
  /** Fills in `${env.NAME}` in the list. */
  readonly environment: Environment;
}

/**
 * Composes the supergraph from a list of subgraphs. One that cannot be reached is taken as it was
 * when all composed last; when the whole no longer composes, the last one that did is used.
 */
export function composeSource(options: ComposeOptions): SupergraphSource {
  const folder = options.lastGood ?? join(dirname(options.file), '.gatehouse', 'last-good');
  const lastGood = new LastGood(folder);
  return {
    async load(signal) {
      const text = await readText(options.file, signal);
      const entries = readSupergraphYaml(text, options.file, options.environment);
      const gathered = await gather(entries, options, signal);
      const { subgraphs, warnings } = await standIn(gathered, lastGood, signal);
      const composition = compose(subgraphs);
      if ('problems' in composition) {
        return fallBack([...composition.problems, ...warnings], lastGood, options.file, signal);
      }
      const { supergraphSdl: sdl } = composition;
      const unkept = await lastGood.keep(subgraphs, sdl);
      return { sdl, roles: rolesOf(subgraphs), warnings: [...warnings, ...unkept] };
    },
  };
}

interface StoodIn {
  readonly subgraphs: readonly SubgraphSource[];
  readonly warnings: readonly Problem[];
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

/** The last supergraph that composed, with all that is wrong with the new one as warnings. */
async function fallBack(
  problems: readonly Problem[],
  lastGood: LastGood,
  file: string,
  signal: AbortSignal,
): Promise<LoadedSupergraph> {
  const kept = await lastGood.supergraph(signal);
  if (!kept) throw new StartupError('supergraph', problems);
  const message = 'The subgraphs do not compose: the last supergraph that did is used instead';
  return { ...kept, warnings: [{ code: 'LAST_GOOD_SUPERGRAPH_USED', message, file }, ...problems] };
}
