import { Disposer } from '../../src/lib/disposer.ts';
import { type GatewayProcess, startGatewayProcess } from './gateway-process.ts';

/** A subgraph: a server that runs here, or an address where none may be. */
export interface GuardedSubgraph {
  readonly sdl: string;
  readonly server: { readonly url: string } & Partial<AsyncDisposable>;
}

export interface GuardedOptions {
  readonly subgraphs: Readonly<Record<string, GuardedSubgraph>>;
  readonly config: { readonly graphql?: object };
}

/** `gatehouse serve` in production, in front of subgraphs of any kind, which are disposed with it. */
export async function startGuarded({ subgraphs, config }: GuardedOptions): Promise<GatewayProcess> {
  const disposer = new Disposer();
  try {
    for (const { server } of Object.values(subgraphs)) {
      disposer.use({ [Symbol.asyncDispose]: async () => server[Symbol.asyncDispose]?.() });
    }
    const served = Object.entries(subgraphs).map(([name, { sdl, server }]) => {
      return { name, sdl, url: server.url };
    });
    const gateway = disposer.use(
      await startGatewayProcess(served, { ...config, production: true }),
    );
    return { ...gateway, [Symbol.asyncDispose]: () => disposer[Symbol.asyncDispose]() };
  } catch (failure) {
    await disposer[Symbol.asyncDispose]();
    throw failure;
  }
}
