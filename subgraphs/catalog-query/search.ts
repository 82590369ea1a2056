import { firstOf } from '../common/page.ts';
import { refusal } from '../common/refusal.ts';
import type { ProductFilter, QueryProductsArgs } from './generated.ts';
import type { BrandState, CatalogView, ProductState } from './projection.ts';

/** A page of products; its cursor is the id of the last one. */
export interface ProductPage {
  readonly nodes: readonly ProductState[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

type ProductQuery = QueryProductsArgs & { readonly first: number };

/** The products that pass the filter, oldest first, from the one behind `after` on. */
export function findProducts(catalog: CatalogView, query: ProductQuery): ProductPage {
  const rest = behind(catalog.products(), query.after ?? undefined);
  const found = rest.filter((product) => passes(product, query.filter ?? {}));
  const nodes = firstOf(found, query.first);
  const hasNextPage = nodes.length < found.length;
  return { nodes, pageInfo: { hasNextPage, endCursor: nodes.at(-1)?.id ?? null } };
}

/** Brands and products whose name contains `text`, whatever its case; brands come first. */
export function search(
  catalog: CatalogView,
  text: string,
  first: number,
): readonly (BrandState | ProductState)[] {
  const wanted = text.toLowerCase();
  const all = [...catalog.brands(), ...catalog.products()];
  return firstOf(
    all.filter(({ name }) => name.toLowerCase().includes(wanted)),
    first,
  );
}

function behind(
  products: readonly ProductState[],
  cursor: string | undefined,
): readonly ProductState[] {
  if (cursor === undefined) return products;
  const index = products.findIndex(({ id }) => id === cursor);
  if (index === -1) throw refusal('BAD_USER_INPUT', 'after is not a cursor of this list');
  return products.slice(index + 1);
}

function passes(product: ProductState, filter: ProductFilter): boolean {
  return (
    product.kind === (filter.kind ?? product.kind) &&
    product.brandId === (filter.brandId ?? product.brandId) &&
    product.priceMinor <= (filter.maxPriceMinor ?? product.priceMinor)
  );
}
