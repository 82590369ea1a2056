import type { Composition } from '../../src/supergraph/composition.ts';
import type {
  Role,
  SubgraphProblem,
  SubgraphSource,
} from '../../src/supergraph/subgraph-source.ts';

/** The first line of an SDL: a link to federation with the directives that it uses. */
export function link(version: string, ...directives: string[]): string {
  const names = directives.map((name) => `"@${name}"`).join(', ');
  return `extend schema @link(url: "https://specs.apollo.dev/federation/${version}", import: [${names}])\n`;
}

/** A subgraph as composition takes it, in a file of its name. */
export function subgraph(name: string, sdl: string, role?: Role): SubgraphSource {
  return { name, url: `http://${name}.test/graphql`, sdl, role, file: `${name}.graphql` };
}

/** What is wrong with a composition; empty when nothing is. */
export function problemsOf(composition: Composition): readonly SubgraphProblem[] {
  return 'problems' in composition ? composition.problems : [];
}
