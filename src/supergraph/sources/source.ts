import type { Problem } from '../../errors.ts';
import type { Role } from '../subgraph-source.ts';

/** A supergraph, and what is known of it beside its SDL. */
export interface LoadedSupergraph {
  readonly sdl: string;
  /** By subgraph name; a subgraph without a role is missing. */
  readonly roles: ReadonlyMap<string, Role>;
  /** What went wrong on the way without keeping the supergraph from loading. */
  readonly warnings: readonly Problem[];
}

/** Where the supergraph comes from. */
export interface SupergraphSource {
  /** Gives the supergraph as it is now, or throws a `StartupError` that says why there is none. */
  load(signal: AbortSignal): Promise<LoadedSupergraph>;
}
