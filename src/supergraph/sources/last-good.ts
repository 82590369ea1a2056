import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Problem } from '../../errors.ts';
import { isObject } from '../../lib/own.ts';
import type { Role, SubgraphSource } from '../subgraph-source.ts';
import { writeAtomically } from './write-atomically.ts';

/** A supergraph that once composed, as a whole. */
export interface KeptSupergraph {
  readonly sdl: string;
  readonly roles: ReadonlyMap<string, Role>;
}

/**
 * What composed last, in a folder: `subgraphs/<name>.graphql` for each subgraph and
 * `supergraph.json` for the whole. It only ever helps: what cannot be read counts as absent.
 */
export class LastGood {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Keeps a composition. A folder that cannot be written to is a warning, not a failure. */
  async keep(subgraphs: readonly SubgraphSource[], sdl: string): Promise<readonly Problem[]> {
    try {
      for (const subgraph of subgraphs) {
        await writeAtomically(this.#subgraphFile(subgraph.name), subgraph.sdl);
      }
      const roles = Object.fromEntries(rolesOf(subgraphs));
      await writeAtomically(this.#supergraphFile, JSON.stringify({ roles, sdl }));
      return [];
    } catch (thrown) {
      const reason = (thrown as { code?: unknown } | undefined)?.code ?? thrown;
      const message = `What composed cannot be kept for the next start: ${String(reason)}`;
      return [{ code: 'LAST_GOOD_NOT_WRITTEN', message, file: this.#folder }];
    }
  }

  /** The SDL that the subgraph had in the last composition, with its file. */
  async subgraph(
    name: string,
    signal: AbortSignal,
  ): Promise<{ readonly sdl: string; readonly file: string } | undefined> {
    const file = this.#subgraphFile(name);
    const sdl = await readIfPresent(file, signal);
    return sdl === undefined ? undefined : { sdl, file };
  }

  /** The last composition as a whole. */
  async supergraph(signal: AbortSignal): Promise<KeptSupergraph | undefined> {
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

function parseKept(text: string): KeptSupergraph | undefined {
  try {
    const kept: unknown = JSON.parse(text);
    if (!isObject(kept) || typeof kept['sdl'] !== 'string') return undefined;
    const roles = Object.entries(isObject(kept['roles']) ? kept['roles'] : {});
    const known = roles.filter((entry): entry is [string, Role] => isRole(entry[1]));
    return { sdl: kept['sdl'], roles: new Map(known) };
  } catch {
    return undefined;
  }
}

function isRole(value: unknown): value is Role {
  return value === 'query' || value === 'command';
}
