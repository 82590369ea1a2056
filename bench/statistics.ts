/** The middle of some numbers, or the mean of the two in the middle. */
export function median(numbers: readonly number[]): number {
  return (quantile(numbers, 0.5, Math.floor) + quantile(numbers, 0.5, Math.ceil)) / 2;
}

/** The number below which 99 of 100 are. */
export function p99(numbers: readonly number[]): number {
  return quantile(numbers, 0.99, Math.ceil);
}

function quantile(
  numbers: readonly number[],
  share: number,
  round: (index: number) => number,
): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[round((sorted.length - 1) * share)] ?? Number.NaN;
}
