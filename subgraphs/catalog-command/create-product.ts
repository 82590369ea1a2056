import { checkText, checkWhole, refusal } from '../common/refusal.ts';
import type { BookDetails, DeviceDetails, ProductCreated } from '../events/streams.ts';
import type { CreateProductInput } from './generated.ts';
import type { CatalogState } from './state.ts';

/** The most that a product may cost, in euro cents. */
export const mostPriceMinor = 10_000_000;
const mostWeightGrams = 1_000_000;
const mostNameCharacters = 200;

/** Decides whether the product can be created at `at`; the event says what was decided. */
export function createProduct(
  state: CatalogState,
  input: CreateProductInput,
  at: Date,
): ProductCreated {
  const { sku, name, brandId, priceMinor, weightGrams } = input;
  checkText('sku', sku, mostNameCharacters);
  checkText('name', name, mostNameCharacters);
  checkWhole('priceMinor', priceMinor, 0, mostPriceMinor);
  checkWhole('weightGrams', weightGrams, 1, mostWeightGrams);
  const details = detailsOf(input);
  if (state.hasSku(sku)) throw refusal('SKU_TAKEN', `There is a product with sku ${sku}`);
  if (!state.hasBrand(brandId)) throw refusal('BRAND_NOT_FOUND', `There is no brand ${brandId}`);
  const fields = { sku, name, brandId, priceMinor, weightGrams, details };
  const productId = state.nextProductId();
  return { type: 'ProductCreated', productId, ...fields, at: at.toISOString() };
}

function detailsOf({ book, device }: CreateProductInput): BookDetails | DeviceDetails {
  if (book != null && device == null) return bookDetails(book);
  if (device != null && book == null) return deviceDetails(device);
  throw refusal('BAD_USER_INPUT', 'A product is either a book or a device');
}

function bookDetails(book: NonNullable<CreateProductInput['book']>): BookDetails {
  const { author, isbn } = book;
  checkText('author', author, mostNameCharacters);
  if (!/^(?:\d{13}|\d{9}[\dX])$/.test(isbn)) {
    throw refusal('BAD_USER_INPUT', 'isbn must have 10 or 13 digits, without hyphens');
  }
  return { kind: 'BOOK', author, isbn };
}

function deviceDetails(device: NonNullable<CreateProductInput['device']>): DeviceDetails {
  checkWhole('warrantyMonths', device.warrantyMonths, 0, 120);
  return { kind: 'DEVICE', warrantyMonths: device.warrantyMonths };
}
