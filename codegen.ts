import { readdirSync } from 'node:fs';
import type { CodegenConfig } from '@graphql-codegen/cli';

/** The type behind each GraphQL type of a subgraph: what its resolvers get and give. */
const mappers: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'catalog-query': {
    Product: './projection.ts#ProductState',
    Book: './projection.ts#BookState',
    Device: './projection.ts#DeviceState',
    Brand: './projection.ts#BrandState',
    Warehouse: './projection.ts#WarehouseState',
    Stock: './projection.ts#StockState',
  },
  'orders-query': {
    Order: './projection.ts#OrderState',
    OrderLine: './projection.ts#OrderLineState',
    Account: './references.ts#AccountReference',
    Product: './references.ts#ProductReference',
    Stock: './references.ts#StockReference',
  },
  'accounts-query': {
    Account: './projection.ts#AccountNode',
  },
  'reviews-query': {
    Review: './projection.ts#ReviewState',
    Account: './references.ts#AccountReference',
    Product: './references.ts#ProductReference',
    OrderLine: './references.ts#OrderLineReference',
  },
};

const config: CodegenConfig = {
  generates: Object.fromEntries(
    subgraphNames().map((name) => [
      `subgraphs/${name}/generated.ts`,
      {
        schema: `subgraphs/${name}/schema.graphql`,
        plugins: ['typescript', 'typescript-resolvers'],
        config: {
          federation: true,
          mappers: mappers[name] ?? {},
          contextType: '../serve.ts#SubgraphContext',
          scalars: { DateTime: 'string', ID: 'string' },
          enumsAsTypes: true,
          useTypeImports: true,
          immutableTypes: true,
          avoidOptionals: { field: true },
        },
      },
    ]),
  ),
  importExtension: '.ts',
};

function subgraphNames(): readonly string[] {
  return readdirSync('subgraphs').filter((name) => /-(query|command)$/.test(name));
}

export default config;
