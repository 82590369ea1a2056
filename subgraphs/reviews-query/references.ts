/** An account; the name is known where a review brought it along. */
export interface AccountReference {
  readonly id: string;
  readonly name?: string;
}

/** A product as other services refer to it. */
export interface ProductReference {
  readonly id: string;
}

/** A line of an order as other services refer to it. */
export interface OrderLineReference {
  readonly orderId: string;
  readonly sku: string;
}
