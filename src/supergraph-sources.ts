import { HttpClient } from './clients/http.ts';
import type { GatewayConfig } from './config/schema.ts';
import { StartupError } from './errors.ts';
import { composeApart } from './supergraph/compose-apart.ts';
import { postThrough } from './supergraph/sources/ask-sdl.ts';
import { ComposeSource } from './supergraph/sources/compose.ts';
import { FileSource } from './supergraph/sources/file.ts';
import { LastGood } from './supergraph/sources/last-good.ts';
import type { SupergraphSource } from './supergraph/sources/source.ts';
import type { Environment } from './yaml/substitute.ts';

/** A source with the connections that it asks through. */
export interface OpenSource extends AsyncDisposable {
  readonly source: SupergraphSource;
  /** Whether its changes are to be taken while the gateway runs. */
  readonly watch: boolean;
}

/** How long a subgraph may take to tell its schema, in milliseconds. */
const askingTimeoutMs = 10_000;

/** Opens the source that `graphql.supergraph` names: one line for each kind. */
export function openSource({ graphql }: GatewayConfig, environment: Environment): OpenSource {
  const { supergraph } = graphql;
  if (supergraph === undefined) {
    const message = 'No supergraph is named: set graphql.supergraph, or give --supergraph FILE';
    throw new StartupError('configuration', [{ code: 'MISSING_KEY', message }]);
  }
  const { watch } = supergraph;
  if ('file' in supergraph) {
    const { file, lastGood: folder } = supergraph;
    const lastGood = watch || folder !== undefined ? LastGood.of(file, folder) : undefined;
    return { source: new FileSource({ file, lastGood }), watch, async [Symbol.asyncDispose]() {} };
  }
  const client = new HttpClient({
    connections: 1,
    keepAliveMs: 1_000,
    connectTimeoutMs: askingTimeoutMs,
    maxBodyBytes: 50_000_000,
  });
  const source = new ComposeSource({
    file: supergraph.compose,
    lastGood: LastGood.of(supergraph.compose, supergraph.lastGood),
    pollMs: supergraph.poll,
    environment,
    timeoutMs: askingTimeoutMs,
    post: postThrough(client),
    compose: composeApart,
  });
  return { source, watch, [Symbol.asyncDispose]: () => client[Symbol.asyncDispose]() };
}
