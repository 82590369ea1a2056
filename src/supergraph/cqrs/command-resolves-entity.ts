import { problemAt, type SubgraphProblem } from '../subgraph-source.ts';
import type { SubgraphView } from './subgraph-view.ts';

/**
 * `CQRS_COMMAND_RESOLVES_ENTITY`: a command subgraph only refers to entities, by stubs whose every
 * key is `resolvable: false`. The rule looks at keys, since libraries serve `_entities` for stubs too.
 */
export function commandResolvesEntity(views: readonly SubgraphView[]): readonly SubgraphProblem[] {
  const commands = views.filter(({ subgraph }) => subgraph.role === 'command');
  return commands.flatMap(({ subgraph, types }) =>
    [...types.values()].flatMap(({ name, keys }) => {
      const key = keys.find(({ resolvable }) => resolvable);
      if (!key) return [];
      const message = `Command subgraph "${subgraph.name}" resolves entity "${name}": declare a stub, with resolvable: false in its @key`;
      return [problemAt(subgraph, key.node, 'CQRS_COMMAND_RESOLVES_ENTITY', message)];
    }),
  );
}
