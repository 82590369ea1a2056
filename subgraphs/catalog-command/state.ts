import type { CatalogEvent } from '../events/streams.ts';

/** What the catalog's commands must know to decide: which names are taken, and what exists. */
export class CatalogState {
  readonly #productIds = new Set<string>();
  readonly #skus = new Set<string>();
  readonly #brandIds = new Set<string>();
  readonly #warehouseIds = new Set<string>();

  apply(event: CatalogEvent): void {
    switch (event.type) {
      case 'BrandAdded':
        this.#brandIds.add(event.brandId);
        break;
      case 'WarehouseAdded':
        this.#warehouseIds.add(event.warehouseId);
        break;
      case 'ProductCreated':
        this.#productIds.add(event.productId);
        this.#skus.add(event.sku);
    }
  }

  hasProduct(id: string): boolean {
    return this.#productIds.has(id);
  }

  hasSku(sku: string): boolean {
    return this.#skus.has(sku);
  }

  hasBrand(id: string): boolean {
    return this.#brandIds.has(id);
  }

  hasWarehouse(id: string): boolean {
    return this.#warehouseIds.has(id);
  }

  /** The id of the product to be created next. */
  nextProductId(): string {
    return `p-${this.#productIds.size + 1}`;
  }
}
