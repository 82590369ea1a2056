/** How long requests took, in milliseconds. */
export interface Times {
  readonly requests: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly longestMs: number;
}

/** What was measured while some work was done. */
export interface Steady {
  readonly timesMs: readonly number[];
  /** How long the work took. */
  readonly seconds: number;
}

const clients = 16;

/** Lets clients ask one after the other, each without a pause, until `work` is done. */
export async function askSteadily(
  ask: () => Promise<unknown>,
  work: () => Promise<unknown>,
): Promise<Steady> {
  const startedMs = performance.now();
  let isDone = false;
  const working = work().finally(() => {
    isDone = true;
  });
  const timesMs: number[] = [];
  const client = async (): Promise<void> => {
    while (!isDone) timesMs.push(await elapsedMs(ask));
  };
  await Promise.all([working, ...Array.from({ length: clients }, client)]);
  return { timesMs, seconds: (performance.now() - startedMs) / 1_000 };
}

export function timesOf(timesMs: readonly number[]): Times {
  const sorted = timesMs.toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
  return { requests: sorted.length, p50Ms: at(0.5), p99Ms: at(0.99), longestMs: at(1) };
}

async function elapsedMs(ask: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await ask();
  return performance.now() - startedMs;
}
