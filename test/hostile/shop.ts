import { Disposer } from '../../src/lib/disposer.ts';
import { compose } from '../../src/supergraph/compose.ts';
import { type Serving, serving } from '../cli/serving.ts';
import { linked, type Resolvers, startSubgraph, type TestSubgraph } from '../harness/subgraph.ts';
import { temporaryFolder } from '../supergraph/folder.ts';
import type { Target } from './pass-rule.ts';

const catalog = `
  type Query {
    product(id: ID!): Product
    echo(text: String, number: Int, any: Any, input: Input): String
    numbers(of: [Int!]): Int
    paint(color: Color): String
  }
  type Mutation { save: Int }
  type Subscription { one: Int two: Int }
  type Product @key(fields: "id") { id: ID! name: String self: Product secretPrice: Int @inaccessible }
  type Secret @inaccessible { id: ID! }
  enum Color { RED SECRET @inaccessible }
  input Input { text: String input: Input secretText: String @inaccessible }
  input SecretInput @inaccessible { text: String }
  scalar Any`;

const stock = `type Product @key(fields: "id") { id: ID! inStock: Int }`;

interface Echo {
  readonly text?: string;
  readonly any?: unknown;
  readonly input?: unknown;
}

const product = { id: 'p', name: 'Lamp' };
const catalogResolvers: Resolvers = {
  Query: {
    product: () => product,
    echo: (_: never, { text, ...others }: Echo) => text ?? JSON.stringify(others),
    numbers: (_: never, { of }: { readonly of: readonly number[] }) => of.length,
    paint: (_: never, { color }: { readonly color: string }) => color,
  },
  Product: { self: () => product, __resolveReference: () => product },
};
const stockResolvers: Resolvers = { Product: { __resolveReference: () => ({ inStock: 3 }) } };

/** `gatehouse serve` in front of two subgraphs, which run here. */
export interface Shop extends AsyncDisposable, Target {
  readonly serving: Serving;
  readonly subgraphs: readonly TestSubgraph[];
}

/** `config` goes beside the addresses and the supergraph. */
export async function startShop(config: {
  readonly server?: object;
  readonly graphql?: object;
  readonly production?: boolean;
}): Promise<Shop> {
  const disposer = new Disposer();
  try {
    const folder = disposer.use(await temporaryFolder());
    const one = disposer.use(await startSubgraph(catalog, catalogResolvers));
    const two = disposer.use(await startSubgraph(stock, stockResolvers));
    const composed = compose([
      { name: 'catalog', sdl: linked(catalog), url: one.url },
      { name: 'stock', sdl: linked(stock), url: two.url },
    ]);
    if ('problems' in composed) throw new Error(JSON.stringify(composed.problems));
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
    return {
      serving: server,
      subgraphs: [one, two],
      url: server.url,
      pid: server.command.pid,
      [Symbol.asyncDispose]: () => disposer[Symbol.asyncDispose](),
    };
  } catch (failure) {
    await disposer[Symbol.asyncDispose]();
    throw failure;
  }
}
