import { readFile } from 'node:fs/promises';
import { composeServices } from '@apollo/composition';
import { ROUTER_SUPPORTED_SUPERGRAPH_FEATURES, Supergraph } from '@apollo/federation-internals';
import { describe, expect, test } from '@jest/globals';
import { parse as parseGraphQL, validate } from 'graphql';
import { parse as parseYaml } from 'yaml';
import { samples } from '../../subgraphs/samples.ts';
import { services } from '../../subgraphs/services.ts';

interface Listed {
  readonly role: string;
  readonly routing_url: string;
  readonly schema: { readonly file: string };
}

const listFile = new URL('../../schema/supergraph.yaml', import.meta.url);
const composedFile = new URL('../../schema/supergraph.graphql', import.meta.url);

async function readList(): Promise<readonly (Listed & { readonly name: string })[]> {
  const { subgraphs } = parseYaml(await readFile(listFile, 'utf8'));
  return Object.entries<Listed>(subgraphs).map(([name, listed]) => ({ name, ...listed }));
}

async function compose() {
  const list = await readList();
  return composeServices(
    await Promise.all(
      list.map(async ({ name, routing_url: url, schema }) => ({
        name,
        url,
        typeDefs: parseGraphQL(await readFile(new URL(schema.file, listFile), 'utf8')),
      })),
    ),
  );
}

async function readApiSchema() {
  const supportedFeatures = ROUTER_SUPPORTED_SUPERGRAPH_FEATURES;
  const sdl = await readFile(composedFile, 'utf8');
  return Supergraph.build(sdl, { supportedFeatures }).apiSchema().toGraphQLJSSchema();
}

describe('the demo’s supergraph', () => {
  test('composes, and the only hint is about the field that moved from catalog to orders', async () => {
    const { errors, hints } = await compose();
    expect(errors).toBeUndefined();
    expect(hints?.map(({ definition, message }) => [definition.code, message])).toEqual([
      [
        'OVERRIDDEN_FIELD_CAN_BE_REMOVED',
        'Field "Stock.reserved" on subgraph "catalog-query" is overridden. Consider removing it.',
      ],
    ]);
  });

  test('is the committed one; `gatehouse compose` writes it anew', async () => {
    const { supergraphSdl } = await compose();
    expect(await readFile(composedFile, 'utf8')).toBe(`${supergraphSdl}\n`);
  });

  test('lists every service with the role and the port that it has in the demo', async () => {
    const listed = (await readList()).map(({ name, role, routing_url }) => [
      name,
      role,
      routing_url,
    ]);
    const started = Object.entries(services).map(([name, { role, port }]) => [
      name,
      role,
      `http://127.0.0.1:${port}/graphql`,
    ]);
    expect(listed).toEqual(started);
  });

  test('needs each feature of federation that the demo is to show', async () => {
    const sdl = await readFile(composedFile, 'utf8');
    const features = {
      compositeKey: 'key: "orderId sku"',
      nestedKey: 'key: "sku warehouse { id }"',
      secondKey: 'key: "sku", isInterfaceObject: true',
      interfaceObject: 'key: "id", isInterfaceObject: true',
      stub: 'key: "id", resolvable: false',
      requires: 'requires: "weightGrams"',
      requiresWithArgument: 'requires: "totalSpent(currency: EUR) { amountMinor }"',
      provides: 'provides: "name"',
      override: 'override: "catalog-query"',
      union: 'union SearchResult',
      inaccessible: '@inaccessible',
      tag: '@tag(name: "logistics")',
      cost: '@cost(weight: 5)',
      listSize: 'sizedFields: ["nodes"]',
      cacheTag: 'name: "federation__cacheTag"',
      authenticated: '@authenticated',
      requiresScopes: '@requiresScopes(scopes: [["orders:payment"]])',
      policy: '@policy(policies: [["admin"]])',
    };
    const missing = Object.entries(features).filter(([, text]) => !sdl.includes(text));
    expect(missing).toEqual([]);
  });

  test('keeps what is inaccessible from clients', async () => {
    const api = await readApiSchema();
    const account = api.getType('Account');
    const fields = account && 'getFields' in account ? Object.keys(account.getFields()) : [];
    expect(fields).toContain('creditLimit');
    expect(fields).not.toContain('riskScore');
  });

  test.each(samples)('accepts the sample "$title"', async ({ query }) => {
    expect(validate(await readApiSchema(), parseGraphQL(query))).toEqual([]);
  });

  test('has samples that need no identity', () => {
    const guarded = /\b(?:email|paymentReference|salesReport)\b/;
    expect(samples.filter(({ query }) => guarded.test(query))).toEqual([]);
  });
});
