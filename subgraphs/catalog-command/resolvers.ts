import { checkWhole, refusal } from '../common/refusal.ts';
import type { EventLog } from '../events/log.ts';
import { createProduct, mostPriceMinor } from './create-product.ts';
import type { Resolvers } from './generated.ts';
import type { CatalogState } from './state.ts';

/**
 * The catalog's commands. Each decides and records in one go, so that no other command comes
 * between, and answers with the key of what it changed: reading is for others.
 */
export function createResolvers(state: CatalogState, log: EventLog, now: () => Date): Resolvers {
  return {
    Mutation: {
      createProduct: async (_, { input }, { signal }) => {
        const event = createProduct(state, input, now());
        await log.append('catalog', event, signal);
        return { id: event.productId };
      },
      changePrice: async (_, { productId, priceMinor }, { signal }) => {
        checkWhole('priceMinor', priceMinor, 0, mostPriceMinor);
        if (!state.hasProduct(productId)) throw productNotFound(`id ${productId}`);
        await log.append('catalog', { type: 'PriceChanged', productId, priceMinor }, signal);
        return { id: productId };
      },
      receiveStock: async (_, { sku, warehouseId, quantity }, { signal }) => {
        checkWhole('quantity', quantity, 1, 1_000_000);
        if (!state.hasSku(sku)) throw productNotFound(`sku ${sku}`);
        if (!state.hasWarehouse(warehouseId)) throw warehouseNotFound(warehouseId);
        const event = { type: 'StockReceived', sku, warehouseId, quantity } as const;
        await log.append('catalog', event, signal);
        return { sku, warehouse: { id: warehouseId } };
      },
    },
  };
}

function productNotFound(key: string): Error {
  return refusal('PRODUCT_NOT_FOUND', `There is no product with ${key}`);
}

function warehouseNotFound(id: string): Error {
  return refusal('WAREHOUSE_NOT_FOUND', `There is no warehouse ${id}`);
}
