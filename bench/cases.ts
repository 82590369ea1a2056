import type { SubgraphName } from './graph/subgraphs.ts';
import { placeholder } from './token.ts';

/** One operation that every contender is asked. */
export interface Case {
  readonly name: string;
  /** With the placeholder where a request's token goes. */
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  /** The service that could answer by itself, to which the bare proxy passes the request. */
  readonly aloneAt?: SubgraphName;
  /** True when only requests that differ make sense. */
  readonly alwaysUnlike?: boolean;
}

const parts = `
  fragment Person on User { id username name }
  fragment Opinion on Review { id body }
  fragment Article on Product { inStock name price shippingEstimate upc weight }`;

const opinionsOfAuthors = `
  reviews { ...Opinion author { ...Person reviews { ...Opinion product { ...Article } } } }`;

const request = { request: placeholder };

/** What is measured, from the smallest. */
export const cases: readonly Case[] = [
  {
    name: 'one-field',
    query: 'query OneField($request: ID) { me(request: $request) { name } }',
    variables: request,
    aloneAt: 'accounts',
  },
  {
    name: 'four-fetches',
    query: `query FourFetches($request: ID) {
      topProducts(first: 3, request: $request) { name inStock reviews { id author { name } } } }`,
    variables: request,
  },
  {
    name: 'nested',
    query: `query Nested($request: ID) {
      users(request: $request) {
        ...Person reviews { ...Opinion product { ...Article ${opinionsOfAuthors} } } }
      topProducts(request: $request) { ...Article ${opinionsOfAuthors} } } ${parts}`,
    variables: request,
  },
  {
    name: 'wide-list',
    query: `query WideList($request: ID) {
      catalog(first: 5000, request: $request) { upc name inStock } }`,
    variables: request,
  },
  {
    name: 'mutation',
    query: `mutation Add($upc: ID!, $body: String!, $request: ID) {
      addReview(upc: $upc, body: $body, request: $request) { id body product { name } } }`,
    variables: { ...request, upc: '3', body: 'As soft as it looks.' },
  },
  {
    name: 'cold-plan',
    query: `query ColdPlan {
      ${placeholder}: topProducts(first: 3) { name inStock reviews { id author { name } } } }`,
    variables: {},
    alwaysUnlike: true,
  },
];
