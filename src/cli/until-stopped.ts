const signals = ['SIGINT', 'SIGTERM'] as const;

/** The wish of whoever runs the process that it ends. */
export interface Stop extends Disposable {
  /** Settles with the first signal; the second ends the process at once, as by default. */
  readonly stopped: Promise<void>;
  /** Aborts with the first signal, for what is still starting. */
  readonly signal: AbortSignal;
}

/** Waits for `SIGINT` or `SIGTERM`. */
export function untilStopped(): Stop {
  const { promise: stopped, resolve } = Promise.withResolvers<void>();
  const controller = new AbortController();
  const forget = (): void => {
    for (const signal of signals) process.off(signal, stop);
  };
  const stop = (): void => {
    forget();
    controller.abort();
    resolve();
  };
  for (const signal of signals) process.on(signal, stop);
  return { stopped, signal: controller.signal, [Symbol.dispose]: forget };
}
