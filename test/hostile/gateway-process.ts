import { Disposer } from '../../src/lib/disposer.ts';
import { compose } from '../../src/supergraph/compose.ts';
import { type Serving, serving } from '../cli/serving.ts';
import { linked } from '../harness/subgraph.ts';
import { temporaryFolder } from '../supergraph/folder.ts';
import { type Bystander, startBystander } from './start-bystander.ts';

/** A subgraph that runs already. */
export interface Served {
  readonly name: string;
  readonly sdl: string;
  readonly url: string;
}

/** What goes into the configuration beside the addresses and the supergraph. */
export interface Configured {
  readonly server?: object;
  readonly graphql?: object;
  readonly production?: boolean;
}

/** `gatehouse serve`, in a process of its own. */
export interface GatewayProcess extends AsyncDisposable {
  readonly serving: Serving;
  readonly url: string;
  readonly pid: number;
  readonly bystander: Bystander;
}

/** Starts `gatehouse serve` in front of `subgraphs`; disposing it ends the process alone. */
export async function startGatewayProcess(
  subgraphs: readonly Served[],
  config: Configured = {},
): Promise<GatewayProcess> {
  const composed = compose(subgraphs.map(({ sdl, ...where }) => ({ ...where, sdl: linked(sdl) })));
  if ('problems' in composed) throw new Error(JSON.stringify(composed.problems));
  const disposer = new Disposer();
  try {
    const folder = disposer.use(await temporaryFolder());
    await folder.write('supergraph.graphql', composed.supergraphSdl);
    const listen = [{ host: '127.0.0.1', port: 0 }];
    const written = {
      ...config,
      server: { ...config.server, listen, admin: { port: 0 } },
      graphql: { ...config.graphql, supergraph: { file: 'supergraph.graphql' } },
      observability: { log: { level: 'info' } },
    };
    await folder.write('gatehouse.yaml', JSON.stringify(written));
    const server = disposer.use(await serving(folder.path));
    const bystander = disposer.use(await startBystander(server.url, server.command.pid));
    return {
      serving: server,
      url: server.url,
      pid: server.command.pid,
      bystander,
      [Symbol.asyncDispose]: () => disposer[Symbol.asyncDispose](),
    };
  } catch (failure) {
    await disposer[Symbol.asyncDispose]();
    throw failure;
  }
}
