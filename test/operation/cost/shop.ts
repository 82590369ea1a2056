/** A graph with every form of `@cost` and `@listSize`, in two subgraphs. */
export const shop = {
  catalog: `
    type Query {
      product(id: ID!): Product
      anything(id: ID!): Node
      all: [Product!]!
      some: [Product!]! @listSize(assumedSize: 3)
      products(first: Int): [Product!]! @listSize(slicingArguments: ["first"])
      latest(first: Int = 5): [Product!]! @listSize(slicingArguments: ["first"])
      page(first: Int, last: Int): [Product!]!
        @listSize(slicingArguments: ["first", "last"])
      window(first: Int, last: Int): [Product!]!
        @listSize(slicingArguments: ["first", "last"], assumedSize: 20, requireOneSlicingArgument: false)
      connection(first: Int): ProductConnection!
        @listSize(slicingArguments: ["first"], sizedFields: ["nodes", "edges"])
      search(text: String!, first: Int!): [SearchResult!]!
        @cost(weight: 5) @listSize(slicingArguments: ["first"])
      matrix: [[Product!]!]! @listSize(assumedSize: 3)
      tags: [String!]! @listSize(assumedSize: 4)
      revenue: Float @cost(weight: 7)
      popular(fast: Boolean @cost(weight: -3), exact: Boolean @cost(weight: 4)): Product @cost(weight: 5)
      filtered(filter: Filter @cost(weight: 2)): [Product!]! @listSize(assumedSize: 2)
      either(first: Int = 5, last: Int): [Product!]! @listSize(slicingArguments: ["first", "last"])
      sorted(by: Order): Product
      labels(first: Int): [Label!]! @listSize(slicingArguments: ["first"])
    }
    type Mutation {
      rename(id: ID!, name: String!): Product
      import(rows: [Row!]!): Int @cost(weight: 20)
    }
    input Filter { text: String @cost(weight: 3), any: [Filter!], status: Status }
    input Row { name: String @cost(weight: 1) }
    input Order { row: Row, then: Order }
    scalar Report @cost(weight: 6)
    enum Status @cost(weight: 2) { NEW OLD }
    union SearchResult = Book | Film | Author
    interface Node { id: ID! }
    interface Product implements Node {
      id: ID!
      name: String!
      author: Author
      similar(first: Int! = 3): [Product!]! @listSize(slicingArguments: ["first"])
      parts: [Part!]!
    }
    type Book implements Product & Node @key(fields: "id") {
      id: ID!
      name: String!
      author: Author
      similar(first: Int! = 3): [Product!]!
      parts: [Part!]! @listSize(assumedSize: 12)
      pages: [Page!]! @listSize(assumedSize: 100)
      status: Status
    }
    type Film implements Product & Node @key(fields: "id") @cost(weight: 4) {
      id: ID!
      name: String!
      author: Author
      similar(first: Int! = 3): [Product!]!
      parts: [Part!]! @listSize(assumedSize: 2)
      report: Report
    }
    type Author implements Node @key(fields: "id") { id: ID! name: String! }
    type Part { title: String! @shareable length: Int @cost(weight: 1) }
    type Page { number: Int! }
    type Label @cost(weight: 0) { text: String! }
    type ProductConnection { nodes(brief: Boolean @cost(weight: -2)): [Product!]! edges: [Edge!]! total: Int! info: PageInfo! }
    type Edge { node: Product! }
    type PageInfo { hasNext: Boolean! }
  `,
  reviews: `
    type Book @key(fields: "id") {
      id: ID!
      reviews(first: Int): [Review!]! @listSize(slicingArguments: ["first"])
    }
    type Review @cost(weight: 2) { text: String! by: Author! }
    type Author @key(fields: "id") { id: ID! joined: String }
  `,
};
