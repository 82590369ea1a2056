import {
  type DocumentNode,
  type FragmentDefinitionNode,
  Kind,
  type OperationDefinitionNode,
} from 'graphql';
import { Expansion, type Measure } from './expansion.ts';

/** A document that was parsed and not yet validated: fragments may be missing, or spread themselves. */
export class LimitedDocument {
  readonly operations: readonly OperationDefinitionNode[];
  readonly fragments: readonly FragmentDefinitionNode[];
  readonly expansion: Expansion;

  constructor({ definitions }: DocumentNode) {
    this.operations = definitions.filter((node) => node.kind === Kind.OPERATION_DEFINITION);
    this.fragments = definitions.filter((node) => node.kind === Kind.FRAGMENT_DEFINITION);
    const named = this.fragments.map((fragment) => [fragment.name.value, fragment] as const);
    this.expansion = new Expansion(new Map(named));
  }

  /** What `count` says of the operation of which it says most. */
  most(count: (operation: OperationDefinitionNode) => number): number {
    return this.operations.reduce((most, operation) => Math.max(most, count(operation)), 0);
  }

  /** As `most`, of what the operations select. */
  mostSelected(measure: Measure): number {
    return this.most(({ selectionSet }) => this.expansion.measure(measure, selectionSet));
  }
}
