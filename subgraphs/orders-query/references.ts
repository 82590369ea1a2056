/** An account as other services refer to it; `riskScore` comes along where it was asked for. */
export interface AccountReference {
  readonly id: string;
  readonly riskScore?: number;
}

/** A product as other services refer to it; the weight comes along where it was asked for. */
export interface ProductReference {
  readonly sku: string;
  readonly weightGrams?: number;
}

/** Stock as other services refer to it; `onHand` comes along where it was asked for. */
export interface StockReference {
  readonly sku: string;
  readonly warehouse: { readonly id: string };
  readonly onHand?: number;
}
