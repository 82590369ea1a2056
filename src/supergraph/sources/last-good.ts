import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Problem } from '../../errors.ts';
import { isObject } from '../../lib/own.ts';
import type { Role, SubgraphSource } from '../subgraph-source.ts';
import type { LoadedSupergraph } from './source.ts';
import { writeAtomically } from './write-atomically.ts';

type KeptSubgraph = Pick<SubgraphSource, 'sdl' | 'file'>;

/**
 * What served last, in a folder: `subgraphs/<name>.graphql` for each subgraph and
 * `supergraph.json` for the whole. It only ever helps: what cannot be read counts as absent.
 */
export class LastGood {
  readonly #folder: string;
  /** Where the folder cannot be written to, this process still knows. */
  readonly #known = new Map<string, KeptSubgraph>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /**
   * Of the source in `file`, below `folder` or by default beside it. The name tells the whole path
   * of the file: what another one was must never be served in its place.
   */
  static of(file: string, folder = join(dirname(file), '.gatehouse', 'last-good')): LastGood {
    const path = resolve(file);
    const hash = createHash('sha256').update(path).digest('hex').slice(0, 16);
    return new LastGood(join(folder, `${basename(path)}-${hash}`));
  }

  /** Keeps a supergraph. A folder that cannot be written to is a warning, not a failure. */
  async keep({ sdl, roles, subgraphs }: LoadedSupergraph): Promise<readonly Problem[]> {
    for (const { name, sdl, file } of subgraphs) this.#known.set(name, { sdl, file });
    try {
      for (const subgraph of subgraphs) {
        await writeAtomically(this.#subgraphFile(subgraph.name), subgraph.sdl);
      }
      const kept = JSON.stringify({ roles: Object.fromEntries(roles), sdl });
      await writeAtomically(this.#supergraphFile, kept);
      return [];
    } catch (thrown) {
      const reason = (thrown as { code?: unknown } | undefined)?.code ?? thrown;
      const message = `What serves cannot be kept for the next start: ${String(reason)}`;
      return [{ code: 'LAST_GOOD_NOT_WRITTEN', message, file: this.#folder }];
    }
  }

  /** The SDL that the subgraph had in the last composition, with its file. */
  async subgraph(name: string, signal: AbortSignal): Promise<KeptSubgraph | undefined> {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const file = this.#subgraphFile(name);
    const sdl = await readIfPresent(file, signal);
    return sdl === undefined ? undefined : { sdl, file };
  }

  /** The last supergraph as a whole. */
  async supergraph(signal: AbortSignal): Promise<LoadedSupergraph | undefined> {
    const text = await readIfPresent(this.#supergraphFile, signal);
    return text === undefined ? undefined : parseKept(text);
  }

  get #supergraphFile(): string {
    return join(this.#folder, 'supergraph.json');
  }

  /** Encoded, a name cannot leave the folder. */
  #subgraphFile(name: string): string {
    return join(this.#folder, 'subgraphs', `${encodeURIComponent(name)}.graphql`);
  }
}

/** The roles by subgraph name; a subgraph without one is left out. */
export function rolesOf(subgraphs: readonly SubgraphSource[]): ReadonlyMap<string, Role> {
  return new Map(subgraphs.flatMap(({ name, role }) => (role ? [[name, role] as const] : [])));
}

async function readIfPresent(file: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    return await readFile(file, { encoding: 'utf8', signal });
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

function parseKept(text: string): LoadedSupergraph | undefined {
  try {
    const kept: unknown = JSON.parse(text);
    if (!isObject(kept) || typeof kept['sdl'] !== 'string') return undefined;
    const roles = Object.entries(isObject(kept['roles']) ? kept['roles'] : {});
    const known = roles.filter((entry): entry is [string, Role] => isRole(entry[1]));
    return { sdl: kept['sdl'], roles: new Map(known), subgraphs: [], warnings: [] };
  } catch {
    return undefined;
  }
}

function isRole(value: unknown): value is Role {
  return value === 'query' || value === 'command';
}
