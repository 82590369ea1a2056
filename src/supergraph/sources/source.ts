import type { Problem } from '../../errors.ts';
import type { Role, SubgraphSource } from '../subgraph-source.ts';

/** A supergraph, and what is known of it beside its SDL. */
export interface LoadedSupergraph {
  readonly sdl: string;
  /** By subgraph name; a subgraph without a role is missing. */
  readonly roles: ReadonlyMap<string, Role>;
  /** What it was composed from; empty where that was done elsewhere. */
  readonly subgraphs: readonly SubgraphSource[];
  /** What went wrong on the way without keeping the supergraph from loading. */
  readonly warnings: readonly Problem[];
}

/** Where the supergraph comes from. */
export interface SupergraphSource {
  /** Gives the supergraph as it is now, or throws a `StartupError` that says why there is none. */
  load(signal: AbortSignal): Promise<LoadedSupergraph>;
  /**
   * One item whenever `load` would find something else than it found last, be it something broken;
   * changes that come while nobody looks are one item. Ends when `signal` aborts.
   */
  changes(signal: AbortSignal): AsyncIterable<void>;
  /** Keeps a supergraph that has proved to serve, for a start that finds none. Gives warnings. */
  keep(loaded: LoadedSupergraph): Promise<readonly Problem[]>;
  /** What was kept last by a source of the same name and place; undefined when there is nothing. */
  lastGood(signal: AbortSignal): Promise<LoadedSupergraph | undefined>;
}
