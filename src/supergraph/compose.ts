import { type Composition, composeDocuments } from './composition.ts';
import { checkRoles } from './cqrs/check-roles.ts';
import { parseSubgraph, type SubgraphSource } from './subgraph-source.ts';

/** Composes subgraphs into a supergraph and holds those with a role to the CQRS rules. */
export function compose(subgraphs: readonly SubgraphSource[]): Composition {
  const parsed = subgraphs.map(parseSubgraph);
  const problems = parsed.filter((one) => 'code' in one);
  if (problems.length > 0) return { problems };

  const readable = parsed.filter((one) => 'document' in one);
  const composition = composeDocuments(readable);
  const violations = checkRoles(readable);
  if ('problems' in composition) return { problems: [...composition.problems, ...violations] };
  return violations.length > 0 ? { problems: violations } : composition;
}
