import type { Country } from './generated.ts';

/** What sending costs, in euro cents: a basic price and so much for each kilogram begun. */
const tariffs = {
  DE: { base: 490, perKilogram: 100 },
  FR: { base: 890, perKilogram: 150 },
  US: { base: 1_990, perKilogram: 400 },
} as const satisfies Record<Country, { base: number; perKilogram: number }>;

/** What an account without any risk may owe, in euro cents. */
const mostCreditMinor = 100_000;

const daysToPay = 14;

/** Sending `weightGrams` to `country`, in euro cents. */
export function shippingCost(weightGrams: number, country: Country): number {
  const { base, perKilogram } = tariffs[country];
  return base + Math.ceil(weightGrams / 1_000) * perKilogram;
}

/** What an account may owe, in euro cents; nothing at a risk of 100. */
export function creditLimit(riskScore: number): number {
  return Math.round((mostCreditMinor * (100 - riskScore)) / 100);
}

/** When an invoice for an order of `placedAt` is to be paid. */
export function dueAt(placedAt: string): string {
  const due = new Date(placedAt);
  due.setUTCDate(due.getUTCDate() + daysToPay);
  return due.toISOString();
}
