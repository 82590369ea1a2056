import { readFile } from 'node:fs/promises';
import { composeServices } from '@apollo/composition';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, parse } from 'graphql';
import { author, product, reviews, users } from './data.ts';

/** The services of the graph. */
export const subgraphNames = ['accounts', 'inventory', 'products', 'reviews'] as const;
export type SubgraphName = (typeof subgraphNames)[number];

interface Keyed {
  readonly id: string;
  readonly upc: string;
  readonly price?: number;
  readonly weight?: number;
}

interface Arguments extends Keyed {
  readonly first: number;
  readonly body: string;
}

const numbered = (_: unknown, { first }: Arguments) =>
  Array.from({ length: first }, (_, index) => product(index + 1));

const resolvers = {
  accounts: {
    Query: { me: () => users[0], users: () => users },
    User: { __resolveReference: ({ id }: Keyed) => users.find((user) => user.id === id) },
  },
  products: {
    Query: { topProducts: numbered, catalog: numbered },
    Product: { __resolveReference: ({ upc }: Keyed) => product(Number(upc)) },
  },
  inventory: {
    Product: {
      inStock: ({ upc }: Keyed) => Number(upc) % 3 !== 2,
      shippingEstimate: ({ price = 0, weight = 0 }: Keyed) =>
        price > 1_000 ? 0 : Math.floor(weight / 2),
    },
  },
  reviews: {
    Mutation: {
      addReview: (_: unknown, { upc, body }: Arguments) => {
        return { id: `${reviews.length + 1}`, body, product: { upc }, author: author() };
      },
    },
    Review: { __resolveReference: ({ id }: Keyed) => reviews.find((review) => review.id === id) },
    User: { reviews: () => reviews.slice(0, 2) },
    Product: { reviews: ({ upc }: Keyed) => reviews.filter(({ product }) => product.upc === upc) },
  },
};

/** The service `name`, ready to execute. */
export async function subgraphSchema(name: SubgraphName): Promise<GraphQLSchema> {
  return buildSubgraphSchema({ typeDefs: parse(await sdlOf(name)), resolvers: resolvers[name] });
}

/** The supergraph of services that answer at `urls`. */
export async function composeSupergraph(
  urls: Readonly<Record<SubgraphName, string>>,
  { isGuarded = false } = {},
): Promise<string> {
  const sources = await Promise.all(
    subgraphNames.map(async (name) => {
      const sdl = await sdlOf(name);
      return { name, url: urls[name], typeDefs: parse(isGuarded ? guarded(name, sdl) : sdl) };
    }),
  );
  const { supergraphSdl, errors } = composeServices(sources);
  if (supergraphSdl === undefined) throw new AggregateError(errors ?? [], 'Nothing composes');
  return supergraphSdl;
}

/** What callers have to prove to see parts of a service's types. */
const requirements: Partial<Record<SubgraphName, string>> = {
  accounts: 'extend type User @authenticated',
  products: 'extend type Product @authenticated',
  reviews: 'extend type Review @requiresScopes(scopes: [["read"], ["admin"]])',
};

/** The SDL of a service, with what callers have to prove. */
function guarded(name: SubgraphName, sdl: string): string {
  const linked = sdl
    .replace('federation/v2.3', 'federation/v2.5')
    .replace('import: [', 'import: ["@authenticated", "@requiresScopes", ');
  return `${linked}\n${requirements[name] ?? ''}`;
}

function sdlOf(name: SubgraphName): Promise<string> {
  return readFile(new URL(`${name}.graphql`, import.meta.url), 'utf8');
}
