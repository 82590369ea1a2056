import { Disposer } from '../../src/lib/disposer.ts';
import { compose } from '../../src/supergraph/compose.ts';
import { type Serving, serving } from '../cli/serving.ts';
import { temporaryFolder } from '../supergraph/folder.ts';
import type { Target } from './pass-rule.ts';

/** A subgraph: a server that runs here, or an address where none may be. */
export interface GuardedSubgraph {
  readonly sdl: string;
  readonly server: { readonly url: string } & Partial<AsyncDisposable>;
}

export interface GuardedOptions {
  readonly subgraphs: Readonly<Record<string, GuardedSubgraph>>;
  readonly config: { readonly graphql?: object };
}

/** `gatehouse serve` in a process of its own, in front of subgraphs of any kind. */
export interface Guarded extends AsyncDisposable, Target {
  readonly serving: Serving;
}

/** Starts it; the servers of `subgraphs` are disposed with it. */
export async function startGuarded({ subgraphs, config }: GuardedOptions): Promise<Guarded> {
  const disposer = new Disposer();
  try {
    for (const { server } of Object.values(subgraphs)) {
      disposer.use({ [Symbol.asyncDispose]: async () => server[Symbol.asyncDispose]?.() });
    }
    const folder = disposer.use(await temporaryFolder());
    const composed = compose(
      Object.entries(subgraphs).map(([name, { sdl, server }]) => ({ name, sdl, url: server.url })),
    );
    if ('problems' in composed) throw new Error(JSON.stringify(composed.problems));
    await folder.write('supergraph.graphql', composed.supergraphSdl);
    const written = {
      production: true,
      server: { listen: [{ host: '127.0.0.1', port: 0 }], admin: { port: 0 } },
      graphql: { ...config.graphql, supergraph: { file: 'supergraph.graphql' } },
      observability: { log: { level: 'info' } },
    };
    await folder.write('gatehouse.yaml', JSON.stringify(written));
    const server = disposer.use(await serving(folder.path));
    return {
      serving: server,
      url: server.url,
      pid: server.command.pid,
      [Symbol.asyncDispose]: () => disposer[Symbol.asyncDispose](),
    };
  } catch (failure) {
    await disposer[Symbol.asyncDispose]();
    throw failure;
  }
}
