import assert from 'node:assert/strict';
import { type Currency, type Money, money } from '../common/money.ts';
import { firstOf } from '../common/page.ts';
import { refusal } from '../common/refusal.ts';
import type {
  BrandState,
  CatalogView,
  ProductState,
  StockState,
  WarehouseState,
} from './projection.ts';

/** Too few of these have been sold to recommend anything with them. */
const withoutRecommendations: ReadonlySet<string> = new Set(['p-6']);

interface ProductFields {
  brand(product: ProductState): BrandState;
  price(product: ProductState, args: { readonly currency: Currency }): Money;
  stock(product: ProductState): readonly StockState[];
  recommendations(product: ProductState, args: { readonly first: number }): ProductState[];
}

/** The fields that books and devices resolve alike. */
export function createProductFields(catalog: CatalogView): ProductFields {
  return {
    brand: ({ brandId }) => brandOf(catalog, brandId),
    price: ({ priceMinor }, { currency }) => money(priceMinor, currency),
    stock: ({ sku }) => catalog.stock(sku),
    recommendations: (product, { first }) => firstOf(recommend(catalog, product), first),
  };
}

/** Commands record only warehouses that exist. */
export function warehouseOf(catalog: CatalogView, id: string): WarehouseState {
  const warehouse = catalog.warehouse(id);
  assert(warehouse !== undefined, `Warehouse ${id} has stock but no name`);
  return warehouse;
}

function brandOf(catalog: CatalogView, id: string): BrandState {
  const brand = catalog.brand(id);
  assert(brand !== undefined, `Brand ${id} has products but no name`);
  return brand;
}

/** What is of the same kind. */
function recommend(catalog: CatalogView, product: ProductState): readonly ProductState[] {
  if (withoutRecommendations.has(product.id)) {
    const message = `There is nothing to recommend with ${product.id} yet`;
    throw refusal('RECOMMENDATIONS_UNAVAILABLE', message);
  }
  return catalog
    .products()
    .filter((other) => other.kind === product.kind && other.id !== product.id);
}
