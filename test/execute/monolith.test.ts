import { describe, expect, test } from '@jest/globals';
import { monolith, outcome } from '../harness/monolith.ts';
import { federateReused } from '../harness/reused-federation.ts';
import { shopResolvers, shopSdl, shopSubgraphs } from './bookshop.ts';

const operations = [
  '{ products { id title } }',
  '{ products { title reviews { stars } } }',
  '{ products { stars title } }',
  '{ products { weight id } }',
  '{ products { __typename title ... on Book { pages authors { name } } } }',
  '{ products { ... on Film { minutes } ... on Book { authors { id } } __typename } }',
  '{ products { reviews { body author { name } } } }',
  '{ products { reviews { stars author { id } subject { title } } } }',
  '{ products { reviews { author { name best { title stars } } } } }',
  '{ products { similar { title reviews { stars } similar { stars __typename } } } }',
  '{ a: product(id: "1") { title } b: product(id: "2") { title stars } c: product(id: "9") { title } }',
  '{ product(id: "1") { similar(first: 1) { id } all: similar { id title } none: similar(first: 0) { id } } }',
  '{ users { id name } }',
  '{ users { id best { id } } }',
  '{ users { id best { title } } }',
  '{ users { id best { __typename stars } } }',
  '{ users { id best { ... on Book { pages } } } }',
  '{ users { written { body } } }',
  '{ users { id written { stars subject { title stars } } } }',
  '{ me { name best { title } } }',
  '{ me { name written { author { name } } } }',
  '{ me { id: name name: id best { id: title title: id } } }',
  '{ me { best { similar { id } reviews { stars } } } }',
  '{ top { stars body } }',
  '{ top(first: 1) { stars body author { name written { stars } } } }',
  '{ top(first: 3) { stars author { name } } }',
  '{ top(first: 1) { subject { title __typename ... on Book { pages authors { name id } } } } }',
  '{ top(first: 3) { subject { id reviews { stars } } } }',
  '{ top { subject { id ... on Film { minutes } } author { id best { id } } } }',
  '{ everything { __typename ... on Product { title stars } ... on User { id } } }',
  '{ everything { ... on User { id written { stars } } ... on Film { similar { id } } } }',
  '{ everything { ... on User { name } ... on Book { title } } }',
  '{ everything { ...T } top { author { ...U } } } fragment T on Thing { ... on Book { stars authors { ...U } } ...U } fragment U on User { id best { title } }',
  '{ products { ...P } me { best { ...P } } } fragment P on Product { weight title reviews { stars author { id } } }',
  '{ products { length: title ... on Book { length: title } } }',
  'query ($full: Boolean!) { products { id ... @include(if: $full) { title stars } reviews @skip(if: $full) { body } } }',
  'query ($full: Boolean!) { me { id name @include(if: $full) best @include(if: $full) { stars } } users @skip(if: $full) { id } }',
  'query ($first: Int) { top(first: $first) { stars } product(id: "1") { similar(first: $first) { id } } }',
  '{ products { similar { similar { similar { reviews { author { id } } } } } } }',
  '{ __typename products { id __typename } me { __typename best { __typename id } } }',
] as const;

describe('A federation answers as one server of the whole schema does', () => {
  test('to each of these operations', async () => {
    const expected = monolith(shopSdl, shopResolvers);
    await using federation = await federateReused({ subgraphs: shopSubgraphs });
    for (const query of operations) {
      for (const variables of [{ full: true, first: 1 }, { full: false }]) {
        const reply = await federation.send(query, variables);
        expect({ query, ...outcome(reply.body) }).toEqual({
          query,
          ...(await expected(query, variables)),
        });
      }
    }
  });
});
