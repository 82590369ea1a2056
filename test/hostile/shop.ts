import { Disposer } from '../../src/lib/disposer.ts';
import { type Resolvers, startSubgraph, type TestSubgraph } from '../harness/subgraph.ts';
import { type Configured, type GatewayProcess, startGatewayProcess } from './gateway-process.ts';

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
export interface Shop extends GatewayProcess {
  readonly subgraphs: readonly TestSubgraph[];
}

/** `config` goes beside the addresses and the supergraph. */
export async function startShop(config: Configured): Promise<Shop> {
  const disposer = new Disposer();
  try {
    const one = disposer.use(await startSubgraph(catalog, catalogResolvers));
    const two = disposer.use(await startSubgraph(stock, stockResolvers));
    const served = [
      { name: 'catalog', sdl: catalog, url: one.url },
      { name: 'stock', sdl: stock, url: two.url },
    ];
    const gateway = disposer.use(await startGatewayProcess(served, config));
    return {
      ...gateway,
      subgraphs: [one, two],
      [Symbol.asyncDispose]: () => disposer[Symbol.asyncDispose](),
    };
  } catch (failure) {
    await disposer[Symbol.asyncDispose]();
    throw failure;
  }
}
