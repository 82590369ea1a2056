import assert from 'node:assert/strict';
import { composeServices } from '@apollo/composition';
import type { ASTNode } from 'graphql';
import { type ParsedSubgraph, problemAt, type SubgraphProblem } from './subgraph-source.ts';

/** A supergraph, with composition's advice on the subgraphs. */
export interface Composed {
  readonly supergraphSdl: string;
  readonly hints: readonly SubgraphProblem[];
}

/** A supergraph, or everything that kept it from being composed. */
export type Composition = Composed | { readonly problems: readonly SubgraphProblem[] };

/**
 * Composes by the rules of Apollo Federation 2, upgrading Federation 1 subgraphs on the way: the
 * only door to `@apollo/composition`. It is synchronous and takes all of the processor meanwhile.
 */
export function composeDocuments(subgraphs: readonly ParsedSubgraph[]): Composition {
  const byName = new Map(subgraphs.map((subgraph) => [subgraph.name, subgraph]));
  assert(byName.size === subgraphs.length, 'Subgraph names are unique');
  try {
    const result = composeServices(
      subgraphs.map(({ name, url, document }) => ({ name, url, typeDefs: document })),
    );
    if (result.errors) {
      return { problems: result.errors.map((error) => locate(error, codeOf(error), byName)) };
    }
    // Hints for debugging tell of every difference between subgraphs, wanted ones included.
    const advice = result.hints.filter(({ definition }) => definition.level.name !== 'DEBUG');
    const hints = advice.map((hint) => locate(hint, hint.definition.code, byName));
    return { supergraphSdl: `${result.supergraphSdl}\n`, hints };
  } catch (thrown) {
    // Not a verdict on the subgraphs but a failure of the library, such as an exhausted stack.
    const reason = String((thrown as { message?: unknown } | undefined)?.message ?? thrown);
    const message = `The subgraphs cannot be composed: ${reason}`;
    return { problems: [{ code: 'COMPOSITION_FAILED', message }] };
  }
}

interface Finding {
  readonly message: string;
  readonly nodes?: readonly ASTNode[] | undefined;
}

/** A finding stands at the first of its nodes that an SDL holds; a source is named as its subgraph. */
function locate(
  { message, nodes = [] }: Finding,
  code: string,
  subgraphs: ReadonlyMap<string, ParsedSubgraph>,
): SubgraphProblem {
  const node = nodes.find(({ loc }) => loc && subgraphs.has(loc.source.name));
  const subgraph = subgraphs.get(node?.loc?.source.name ?? '');
  return subgraph ? problemAt(subgraph, node, code, message) : { code, message };
}

function codeOf({ extensions }: { extensions: { code?: unknown } }): string {
  return typeof extensions.code === 'string' ? extensions.code : 'COMPOSITION_FAILED';
}
