import type { AccessFacts } from '../auth/authorization/access-facts.ts';
import type { CostFacts } from '../operation/cost/cost-facts.ts';
import type { OverrideLabels } from './overrides/labels.ts';

/** A subgraph as the supergraph names it. */
export interface SubgraphMetadata {
  readonly name: string;
  /** The routing URL that was composed in; the configuration may give another. */
  readonly url: string;
}

/** What is to be known of a supergraph beside what clients see of it. */
export interface SupergraphFacts {
  readonly subgraphs: readonly SubgraphMetadata[];
  /** The object types that an interface or union stands for, `@inaccessible` ones included. */
  readonly possibleTypes: ReadonlyMap<string, ReadonlySet<string>>;
  /** Every field name of the supergraph: the response keys that a plan may add for itself. */
  readonly fieldNames: ReadonlySet<string>;
  /** What `@authenticated`, `@requiresScopes` and `@policy` ask of callers. */
  readonly access: AccessFacts;
  /** The labels of `@override(label:)`. */
  readonly overrideLabels: OverrideLabels;
  /** What `@cost` and `@listSize` say. */
  readonly costs: CostFacts;
}
