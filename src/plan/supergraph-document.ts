import { type DocumentNode, GraphQLError, Kind, parse, visit } from 'graphql';
import type { Problem } from '../errors.ts';

/** The specification that every composed supergraph links, in all of its versions. */
const joinSpecification = 'https://specs.apollo.dev/join/';

/** Directives that only a subgraph's own schema uses. */
const subgraphDirectives = new Set(['key', 'shareable', 'external', 'requires', 'provides']);

/** The syntax tree of a composed supergraph, or the `Problem` of a text that is none. */
export function supergraphDocument(sdl: string): DocumentNode | Problem {
  if (sdl.trim() === '') return notSupergraph('The file is empty');
  if (/^subgraphs\s*:/m.test(sdl)) {
    const advice = 'name it under `compose`, or compose it with `gatehouse compose`';
    return notSupergraph(`This looks like a list of subgraphs (supergraph.yaml): ${advice}`);
  }
  const parsed = parseSdl(sdl);
  return 'code' in parsed ? parsed : (checkLinks(parsed) ?? parsed);
}

function parseSdl(sdl: string): DocumentNode | Problem {
  try {
    return parse(sdl);
  } catch (thrown) {
    const syntax = thrown instanceof GraphQLError ? thrown : undefined;
    const message = syntax?.message ?? 'The SDL is nested too deeply';
    return { code: 'INVALID_GRAPHQL', message, ...syntax?.locations?.[0] };
  }
}

function checkLinks(document: DocumentNode): Problem | undefined {
  const urls = new Set<string>();
  const directives = new Set<string>();
  visit(document, {
    Directive({ name, arguments: given = [] }) {
      directives.add(name.value);
      for (const { value } of given) if (value.kind === Kind.STRING) urls.add(value.value);
    },
  });
  if ([...urls].some((url) => url.startsWith(joinSpecification))) return undefined;
  if ([...directives].some((name) => subgraphDirectives.has(name.replace(/^federation__/, '')))) {
    return notSupergraph('This looks like a subgraph schema: compose it with `gatehouse compose`');
  }
  return notSupergraph(`The schema does not @link ${joinSpecification}, as composition does`);
}

function notSupergraph(message: string): Problem {
  return { code: 'NOT_A_SUPERGRAPH', message };
}
