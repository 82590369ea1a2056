/** An amount in the smallest unit of its currency. */
export interface Money {
  readonly amountMinor: number;
  readonly currency: Currency;
}

/** The currencies that prices are told in. */
export type Currency = 'EUR' | 'USD';

/** How much of a currency one euro buys. Fixed: the demo's answers stay the same. */
const perEuro = { EUR: 1, USD: 1.1 } as const satisfies Record<Currency, number>;

/** Euro cents, told in `currency` and rounded to its smallest unit. */
export function money(euroCents: number, currency: Currency = 'EUR'): Money {
  return { amountMinor: Math.round(euroCents * perEuro[currency]), currency };
}
