import { dateTime } from '../common/date-time.ts';
import { firstOf } from '../common/page.ts';
import type { Resolvers } from './generated.ts';
import { createProductFields, warehouseOf } from './product-fields.ts';
import type { CatalogView, ProductState } from './projection.ts';
import { findProducts, search } from './search.ts';

/** The catalog as clients and other services read it. */
export function createResolvers(catalog: CatalogView): Resolvers {
  const productFields = createProductFields(catalog);
  return {
    DateTime: dateTime(),
    Query: {
      product: (_, { id }) => catalog.product(id) ?? null,
      productBySku: (_, { sku }) => catalog.productBySku(sku) ?? null,
      products: (_, query) => findProducts(catalog, query),
      brand: (_, { id }) => catalog.brand(id) ?? null,
      search: (_, { text, first }) => search(catalog, text, first),
    },
    SearchResult: {
      __resolveType: (found) => ('kind' in found ? typeOf(found) : 'Brand'),
    },
    Product: {
      __resolveType: typeOf,
      __resolveReference: (reference) => referred(catalog, reference) ?? null,
    },
    Book: {
      ...productFields,
      __resolveReference: (reference) => {
        const product = referred(catalog, reference);
        return product?.kind === 'BOOK' ? product : null;
      },
    },
    Device: {
      ...productFields,
      __resolveReference: (reference) => {
        const product = referred(catalog, reference);
        return product?.kind === 'DEVICE' ? product : null;
      },
    },
    Brand: {
      __resolveReference: ({ id }) => catalog.brand(id) ?? null,
      products: ({ id }, { first }) => firstOf(catalog.productsOf(id), first),
    },
    Warehouse: {
      __resolveReference: ({ id }) => catalog.warehouse(id) ?? null,
    },
    Stock: {
      __resolveReference: ({ sku, warehouse }) => catalog.stockAt(sku, warehouse.id) ?? null,
      warehouse: ({ warehouseId }) => warehouseOf(catalog, warehouseId),
      // The orders count for themselves: the gateway never asks for this one.
      reserved: () => 0,
    },
  };
}

function typeOf(product: ProductState): 'Book' | 'Device' {
  return product.kind === 'BOOK' ? 'Book' : 'Device';
}

/** The product that another service names by either of its keys. */
function referred(
  catalog: CatalogView,
  reference: { readonly id?: string } | { readonly sku?: string },
): ProductState | undefined {
  if ('id' in reference && reference.id !== undefined) return catalog.product(reference.id);
  if ('sku' in reference && reference.sku !== undefined) return catalog.productBySku(reference.sku);
  return undefined;
}
