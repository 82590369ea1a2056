import type { CatalogEvent, OrdersEvent, ProductCreated } from '../events/streams.ts';

/** Who makes products. */
export interface BrandState {
  readonly id: string;
  readonly name: string;
}

/** Where stock lies. */
export interface WarehouseState {
  readonly id: string;
  readonly city: string;
}

/** How many of one article lie in one warehouse. */
export interface StockState {
  readonly sku: string;
  readonly warehouseId: string;
  readonly onHand: number;
}

interface ProductFields {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly brandId: string;
  /** In euro cents. */
  readonly priceMinor: number;
  readonly weightGrams: number;
  readonly createdAt: string;
}

/** A product to read. */
export interface BookState extends ProductFields {
  readonly kind: 'BOOK';
  readonly author: string;
  readonly isbn: string;
}

/** A product to plug in. */
export interface DeviceState extends ProductFields {
  readonly kind: 'DEVICE';
  readonly warrantyMonths: number;
}

/** Whatever is sold; `kind` tells which. */
export type ProductState = BookState | DeviceState;

/** What the shop sells and what lies in its warehouses, as its events tell. */
export class CatalogView {
  readonly #products = new Map<string, ProductState>();
  readonly #idsBySku = new Map<string, string>();
  readonly #brands = new Map<string, BrandState>();
  readonly #warehouses = new Map<string, WarehouseState>();
  /** By article and then by warehouse. */
  readonly #stock = new Map<string, Map<string, StockState>>();

  applyCatalog(event: CatalogEvent): void {
    switch (event.type) {
      case 'BrandAdded':
        this.#brands.set(event.brandId, { id: event.brandId, name: event.name });
        break;
      case 'WarehouseAdded':
        this.#warehouses.set(event.warehouseId, { id: event.warehouseId, city: event.city });
        break;
      case 'ProductCreated':
        this.#products.set(event.productId, productOf(event));
        this.#idsBySku.set(event.sku, event.productId);
        break;
      case 'PriceChanged':
        this.#changePrice(event.productId, event.priceMinor);
        break;
      case 'StockReceived':
        this.#addStock(event.sku, event.warehouseId, event.quantity);
    }
  }

  applyOrders(event: OrdersEvent): void {
    if (event.type !== 'OrderShipped') return;
    for (const line of event.lines) this.#addStock(line.sku, line.warehouseId, -line.quantity);
  }

  product(id: string): ProductState | undefined {
    return this.#products.get(id);
  }

  productBySku(sku: string): ProductState | undefined {
    const id = this.#idsBySku.get(sku);
    return id === undefined ? undefined : this.#products.get(id);
  }

  /** Oldest first, as are all lists here. */
  products(): readonly ProductState[] {
    return [...this.#products.values()];
  }

  productsOf(brandId: string): readonly ProductState[] {
    return this.products().filter((product) => product.brandId === brandId);
  }

  brand(id: string): BrandState | undefined {
    return this.#brands.get(id);
  }

  brands(): readonly BrandState[] {
    return [...this.#brands.values()];
  }

  warehouse(id: string): WarehouseState | undefined {
    return this.#warehouses.get(id);
  }

  stock(sku: string): readonly StockState[] {
    return [...(this.#stock.get(sku)?.values() ?? [])];
  }

  stockAt(sku: string, warehouseId: string): StockState | undefined {
    return this.#stock.get(sku)?.get(warehouseId);
  }

  #changePrice(id: string, priceMinor: number): void {
    const product = this.#products.get(id);
    if (product !== undefined) this.#products.set(id, { ...product, priceMinor });
  }

  #addStock(sku: string, warehouseId: string, quantity: number): void {
    const places = this.#stock.get(sku) ?? new Map<string, StockState>();
    const onHand = (places.get(warehouseId)?.onHand ?? 0) + quantity;
    places.set(warehouseId, { sku, warehouseId, onHand });
    this.#stock.set(sku, places);
  }
}

function productOf(event: ProductCreated): ProductState {
  const { sku, name, brandId, priceMinor, weightGrams, details } = event;
  const fields = { sku, name, brandId, priceMinor, weightGrams };
  return { id: event.productId, ...fields, ...details, createdAt: event.at };
}
