/** An operation to try the demo with. */
export interface Sample {
  readonly title: string;
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What GraphiQL and the README show. On a fresh demo the answers are always the same. */
export const samples: readonly Sample[] = [
  {
    title: 'A query answered by four subgraphs',
    query: `query ShopWindow {
  products(first: 3) {
    nodes {
      name
      price { amountMinor currency }
      brand { name }
      unitsSold
      shippingCost(country: FR) { amountMinor }
      averageRating
      reviews(first: 1) {
        rating
        text
        author { name tier }
      }
      ... on Book { author }
      ... on Device { warrantyMonths }
    }
  }
}
`,
  },
  {
    title: 'A mutation, then reads for its result',
    query: `mutation Buy($input: PlaceOrderInput!) {
  placeOrder(input: $input) {
    id
    status
    total(currency: USD) { amountMinor currency }
    account { name tier }
    lines {
      quantity
      product {
        name
        stock {
          warehouse { city }
          reserved
          available
        }
      }
    }
  }
}
`,
    variables: {
      input: {
        accountId: 'a-2',
        lines: [{ sku: 'LAMP-ARC', quantity: 2 }],
        cardLastDigits: '4242',
      },
    },
  },
  {
    title: 'An error beside the data that could be read',
    query: `query WithAnError {
  ready: product(id: "p-1") {
    name
    recommendations(first: 1) { name }
  }
  notReady: product(id: "p-6") {
    name
    averageRating
    recommendations { name }
  }
}
`,
  },
  {
    title: 'A query and its plan: see its headers',
    query: `query WithItsPlan($id: ID!) {
  account(id: $id) {
    name
    creditLimit { amountMinor }
    orders(first: 1) {
      payment {
        amount { amountMinor }
        ... on CardPayment { lastDigits }
      }
      lines { review { rating } }
    }
  }
}
`,
    variables: { id: 'a-1' },
    headers: { 'Apollo-Expose-Query-Plan': 'true' },
  },
  {
    title: 'A search over books, devices and brands',
    query: `query Search($text: String!) {
  search(text: $text) {
    __typename
    ... on Product { name averageRating }
    ... on Brand {
      name
      products(first: 2) { name }
    }
  }
}
`,
    variables: { text: 'p' },
  },
];
