import type { SelectionSetNode } from 'graphql';
import type { FetchDataRewrite, FetchNode } from '../plan/planner.ts';
import type { FetchContext } from './context-selection.ts';
import type { FetchDocument } from './fetch-document.ts';
import type { PlanPath } from './places.ts';
import type { Representation } from './representations.ts';

/** What a plan says to do, with all prepared that no request changes. */
export type Step =
  | { readonly kind: 'sequence'; readonly steps: readonly Step[] }
  | { readonly kind: 'parallel'; readonly steps: readonly Step[] }
  | ConditionStep
  | RootFetch
  | EntityFetch;

export interface ConditionStep {
  readonly kind: 'condition';
  readonly variable: string;
  readonly whenTrue: Step | undefined;
  readonly whenFalse: Step | undefined;
}

/** What the fetches of root fields and of entities have in common. */
interface Fetch {
  /** The fetch in the plan, whatever is cut from it for one request. */
  readonly node: FetchNode;
  readonly subgraph: string;
  /** Where the answer belongs; empty for the root. */
  readonly path: PlanPath;
  readonly document: FetchDocument;
  readonly variables: readonly string[];
  readonly outputRewrites: readonly FetchDataRewrite[];
  /** For each key of the answer that is rewritten, the key that the plan knows. */
  readonly renamed: ReadonlyMap<string, string>;
  /** The keys, as the plan knows them, that the answer is to supply. */
  readonly outputs: readonly string[];
  /** What is asked, where conditions may leave nothing of it. */
  readonly conditional: SelectionSetNode | undefined;
}

/** A fetch of fields of the query or mutation root. */
export interface RootFetch extends Fetch {
  readonly kind: 'root-fetch';
  readonly operation: 'query' | 'mutation';
}

/** A fetch of further fields of entities that are known by their keys. */
export interface EntityFetch extends Fetch {
  readonly kind: 'entity-fetch';
  /** Names the fetch within its plan; undefined for one that was cut for a single request. */
  readonly id: string | undefined;
  readonly representation: Representation;
  /** What is selected of each entity. */
  readonly selectionSet: SelectionSetNode;
  /** The same as text: equal texts ask the same. */
  readonly selection: string;
  /** What is selected, field by field: where all is known of an entity, nothing is fetched. */
  readonly parts: readonly string[];
  /** Whether other fetches of the plan select some of the same. */
  readonly overlaps: boolean;
  /** What keeps the fetch from sharing entities with others that select the same. */
  readonly alone: string | undefined;
  /** Equal for fetches that ask one subgraph for the same, and may be joined. */
  readonly likeness: string;
  /** The keys under which the answer has what is selected. */
  readonly keys: ReadonlySet<string>;
  /** The client's variables that `selection` uses, declared for the subgraph. */
  readonly declarations: readonly VariableDeclaration[];
  /** Whether `@skip` or `@include` may leave out fields, and what those alone require. */
  readonly skips: boolean;
  /** What `@fromContext` takes from the objects above the entities. */
  readonly context: FetchContext | undefined;
}

export interface VariableDeclaration {
  readonly name: string;
  readonly text: string;
}
