import { type ASTNode, type DocumentNode, GraphQLError, parse, Source } from 'graphql';
import type { Problem } from '../errors.ts';

/** What a subgraph is for; one without a role is bound by no CQRS rule. */
export type Role = 'query' | 'command';

/** One subgraph, as it goes into composition. */
export interface SubgraphSource {
  readonly name: string;
  /** The routing URL that is composed into the supergraph. */
  readonly url: string;
  readonly sdl: string;
  readonly role?: Role | undefined;
  /** Where the SDL was read from; it names the place of a problem. */
  readonly file?: string | undefined;
}

/** A subgraph whose SDL is syntactically right. */
export interface ParsedSubgraph extends SubgraphSource {
  readonly document: DocumentNode;
}

/** A problem in one subgraph; line and column are counted in that subgraph's SDL. */
export interface SubgraphProblem extends Problem {
  readonly subgraph?: string;
}

/** A problem that stands at `node` in the SDL of `subgraph`; without a node, in it as a whole. */
export function problemAt(
  subgraph: SubgraphSource,
  node: ASTNode | undefined,
  code: string,
  message: string,
): SubgraphProblem {
  const start = node?.loc?.startToken;
  return {
    code,
    message,
    subgraph: subgraph.name,
    ...(subgraph.file === undefined ? {} : { file: subgraph.file }),
    ...(start === undefined ? {} : { line: start.line, column: start.column }),
  };
}

/** Reads the SDL of one subgraph; a syntax error is an `INVALID_GRAPHQL` problem. */
export function parseSubgraph(subgraph: SubgraphSource): ParsedSubgraph | SubgraphProblem {
  try {
    return { ...subgraph, document: parse(new Source(subgraph.sdl, subgraph.name)) };
  } catch (thrown) {
    // Anything but a syntax error is an exhausted stack: the SDL is nested beyond reason.
    const syntax = thrown instanceof GraphQLError ? thrown : undefined;
    const message = `[${subgraph.name}] ${syntax?.message ?? 'The SDL is nested too deeply'}`;
    return {
      ...problemAt(subgraph, undefined, 'INVALID_GRAPHQL', message),
      ...syntax?.locations?.[0],
    };
  }
}
