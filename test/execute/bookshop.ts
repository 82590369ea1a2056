import type { Resolvers } from '../harness/subgraph.ts';

interface Ref {
  readonly id: string;
}

const products = [
  {
    __typename: 'Book',
    id: '1',
    title: 'Emma',
    weight: 300,
    pages: 474,
    by: ['u1', 'u2'],
    like: ['2', '3'],
  },
  {
    __typename: 'Film',
    id: '2',
    title: 'Alien',
    weight: null,
    minutes: 117,
    by: [],
    like: ['1', '2'],
  },
  {
    __typename: 'Book',
    id: '3',
    title: null,
    weight: 'heavy',
    pages: null,
    by: ['u1', 'gone'],
    like: [],
  },
] as const;
const users = [
  { __typename: 'User', id: 'u1', name: 'Ada', best: '3' },
  { __typename: 'User', id: 'u2', name: null, best: '1' },
  { __typename: 'User', id: 'u3', name: 'Cy', best: null },
];
const reviews = [
  { stars: 5, of: '1', from: 'u1', body: 'Good' },
  { stars: 1, of: '3', from: 'u2', body: null },
  { stars: 3, of: '1', from: 'u3', body: 'So so' },
];

const product = (id: string | null) => products.find((each) => each.id === id) ?? null;
const user = (id: string) => users.find((each) => each.id === id) ?? null;
const reviewsOf = (id: string) => reviews.filter(({ of }) => of === id);

/** Each field of the shop, once: shared by the monolith and by the subgraphs that have it. */
const fields = {
  products: () => products,
  product: (_: never, { id }: Ref) => product(id),
  users: () => users,
  me: () => users[0],
  top: (_: never, { first }: { first: number }) => reviews.slice(0, first),
  everything: () => [products[1], users[1], products[0], users[2]],
  weight({ id }: Ref) {
    const { weight } = product(id) ?? {};
    if (typeof weight === 'string') throw new Error('Not a weight');
    return weight;
  },
  title: ({ id }: Ref) => product(id)?.title,
  similar: ({ id }: Ref, { first = 9 }: { first?: number }) =>
    (product(id)?.like ?? []).slice(0, first).map(product),
  authors: ({ id }: Ref) => (product(id)?.by ?? []).map(user),
  reviews: ({ id }: Ref) => reviewsOf(id),
  stars({ id }: Ref) {
    const all = reviewsOf(id);
    if (all.length === 0) throw new Error('No stars yet');
    return all.reduce((sum, { stars }) => sum + stars, 0) / all.length;
  },
  author: ({ from }: { from: string }) => user(from),
  subject: ({ of }: { of: string }) => product(of),
  name({ id }: Ref) {
    const { name } = user(id) ?? {};
    if (name === null) throw new Error('No name');
    return name;
  },
  best: ({ id }: Ref) => product(user(id)?.best ?? null),
  written: ({ id }: Ref) => reviews.filter(({ from }) => from === id),
  shipping: ({ id }: Ref) => {
    const weight = fields.weight({ id });
    return typeof weight === 'number' ? weight * 2 : null;
  },
};

/** The whole schema in one piece. */
export const shopSdl = `
  interface Product { id: ID! title: String weight: Int reviews: [Review!]! stars: Float similar(first: Int): [Product!]! }
  type Book implements Product { id: ID! title: String weight: Int pages: Int! reviews: [Review!]! stars: Float
    similar(first: Int): [Product!]! authors: [User!] }
  type Film implements Product { id: ID! title: String weight: Int minutes: Int reviews: [Review!]! stars: Float
    similar(first: Int): [Product!]! }
  type User { id: ID! name: String! best: Product written: [Review!]! }
  type Review { stars: Int body: String! author: User! subject: Product }
  union Thing = Book | Film | User
  type Query { products: [Product] product(id: ID!): Product users: [User] me: User! top(first: Int = 2): [Review] everything: [Thing!] }`;

const { weight, title, similar, authors, stars } = fields;
const own = { weight, title, similar };

export const shopResolvers: Resolvers = {
  Query: fields,
  Book: { ...own, authors, reviews: fields.reviews, stars },
  Film: { ...own, reviews: fields.reviews, stars },
  User: { name: fields.name, best: fields.best, written: fields.written },
  Review: { author: fields.author, subject: fields.subject },
};

const resolveProduct = { __resolveReference: ({ id }: Ref) => product(id) };
const resolveUser = { __resolveReference: ({ id }: Ref) => user(id) };

/** The same schema, cut in three: an interface with a key, an `@interfaceObject`, a union over two. */
export const shopSubgraphs = {
  catalog: {
    sdl: `
      interface Product @key(fields: "id") { id: ID! title: String weight: Int similar(first: Int): [Product!]! }
      type Book implements Product @key(fields: "id") { id: ID! title: String weight: Int pages: Int!
        similar(first: Int): [Product!]! authors: [User!] }
      type Film implements Product @key(fields: "id") { id: ID! title: String weight: Int minutes: Int
        similar(first: Int): [Product!]! }
      type User @key(fields: "id") { id: ID! }
      union Thing = Book | Film | User
      type Query { products: [Product] product(id: ID!): Product everything: [Thing!] }`,
    resolvers: {
      Query: fields,
      Product: resolveProduct,
      Book: { ...resolveProduct, ...own, authors },
      Film: { ...resolveProduct, ...own },
    },
  },
  accounts: {
    sdl: `type User @key(fields: "id") { id: ID! name: String! best: Product }
      type Product @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }
      type Query { users: [User] me: User! }`,
    resolvers: {
      Query: fields,
      User: {
        ...resolveUser,
        name: fields.name,
        best: ({ best }: { best: string | null }) => best && { id: best },
      },
    },
  },
  reviews: {
    sdl: `type Product @key(fields: "id") @interfaceObject { id: ID! reviews: [Review!]! stars: Float }
      type User @key(fields: "id") { id: ID! written: [Review!]! }
      type Review { stars: Int body: String! author: User! subject: Product }
      type Query { top(first: Int = 2): [Review] }`,
    resolvers: {
      Query: fields,
      Product: { __resolveReference: ({ id }: Ref) => ({ id }), reviews: fields.reviews, stars },
      User: { __resolveReference: ({ id }: Ref) => ({ id }), written: fields.written },
      Review: {
        author: ({ from }: { from: string }) => ({ id: from }),
        subject: ({ of }: { of: string }) => ({ id: of }),
      },
    },
  },
};
